"""Pydantic's errors as a problem with a JSON pointer each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from base.http.problems import Problem, json_pointer

# Pydantic names the discriminator's field in its context, not in the place.
_TAG_ERRORS = {"union_tag_invalid", "union_tag_not_found"}


def invalid_body(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """`errors`: with `loc` relative to the body."""
    found = [_body_error(error) for error in errors]
    return Problem(422, "validation_failed", "The body is not what this call takes.", errors=found)


def invalid_parameters(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """`errors`: with the parameter's name last in `loc`."""
    found = [{"parameter": str(error["loc"][-1]), "detail": error["msg"], "code": error["type"]} for error in errors]
    return Problem(422, "validation_failed", "A parameter is not what this call takes.", errors=found)


def _body_error(error: Mapping[str, Any]) -> dict[str, Any]:
    place: Sequence[str | int] = error["loc"]
    if error["type"] in _TAG_ERRORS:
        place = (*place, "kind")
    return {"pointer": json_pointer(place), "detail": error["msg"], "code": error["type"]}
