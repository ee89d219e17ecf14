"""What a call was sent, held against what it takes: its query, its body, and what is wrong with them as a problem.

A body's shape is judged after the key or id was looked for: what was answered once is answered again, though today's
rules would refuse what it was asked with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Annotated, Any, TypeAlias, TypeVar, get_args

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja.operation import Operation
from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import core_schema, to_json, to_jsonable_python

from base.http.fields import Body
from base.http.problems import Problem, json_pointer
from base.http.wording import worded

View = Callable[..., HttpResponse]

# Pydantic names the discriminator's field in its context, not in the place.
_TAG_ERRORS = {"union_tag_invalid", "union_tag_not_found"}


def invalid_body(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """`errors`: as pydantic tells them, with their context and `loc` relative to the body."""
    found = [_body_error(error) for error in errors]
    return Problem(422, "validation_failed", "The body is not what this call takes.", errors=found)


def invalid_parameters(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """`errors`: with the parameter's name last in `loc`."""
    found = [{"parameter": str(error["loc"][-1]), "detail": worded(error), "code": error["type"]} for error in errors]
    return Problem(422, "validation_failed", "A parameter is not what this call takes.", errors=found)


def _body_error(error: Mapping[str, Any]) -> dict[str, Any]:
    place: Sequence[str | int] = error["loc"]
    if error["type"] in _TAG_ERRORS:
        place = (*place, "kind")
    return {"pointer": json_pointer(place), "detail": worded(error), "code": error["type"]}


def takes_what_it_names(view: View) -> View:
    """Decorator of every operation: it takes the parameters of its signature, each of them once."""
    names = frozenset(_names(view._ninja_operation))  # type: ignore[attr-defined]

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        takes_only(names, request)
        return view(request, *args, **kwargs)

    return careful


def takes_only(names: frozenset[str], request: HttpRequest) -> None:
    if request.GET and (errors := list(_errors(request.GET, names))):
        raise Problem(422, "validation_failed", "The query is not what this call takes.", errors=errors)


def _names(operation: Operation) -> Iterator[str]:
    """None of them is a list."""
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            yield from model.__ninja_flatten_map__


def _errors(query: MultiValueDict[str, str], names: frozenset[str]) -> Iterator[dict[str, str]]:
    for name in query:
        if name not in names:
            taken = f"this call takes {', '.join(sorted(names))}" if names else "this call takes none"
            yield {"parameter": name, "detail": f"There is no such parameter; {taken}.", "code": "parameter_unknown"}
        elif len(query.getlist(name)) > 1:
            yield {"parameter": name, "detail": "The parameter comes twice.", "code": "parameter_repeated"}


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A body that is refused today, and why, unless it was taken before."""

    model: type[Body]
    given: Any
    problem: Problem

    def content(self) -> bytes:
        """What it says, as a body of the model would put it: canonical JSON without defaults."""
        said = said_of(self.model, self.given)
        if isinstance(said, dict):
            return to_json({name: value for name, value in said.items() if name not in self.model.apart_from})
        return to_json(said)

    def payload(self) -> bytes:
        """With what is left out, as far as that can be told."""
        said = said_of(self.model, self.given)
        return to_json({**_defaults(self.model), **said} if isinstance(said, dict) else {})


def judged_later(model: type[Body], given: Any) -> Any:
    """A body of the model, or `Unjudged` where it has not the shape."""
    return _later(model, given, model.model_validate)


def _later(model: type[Body], given: Any, validate: Callable[[Any], Any]) -> Any:
    try:
        return validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        return Unjudged(model, given, invalid_body(errors))


class _Later:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(partial(_later, source), handler(source))


_Model = TypeVar("_Model", bound=Body)
Sent: TypeAlias = Annotated[_Model, _Later]
"""A call's body; it comes as `Unjudged` where it has not the shape."""


def said_of(model: type[Body], given: Any) -> Any:
    """In the model's order and without defaults; a field that today's rules refuse as it was sent."""
    if not isinstance(given, dict):
        return given
    fields = model.model_fields
    known = {name: _said(fields[name], given[name]) for name in fields if name in given}
    defaults = _defaults(model)
    told = {name: value for name, value in known.items() if name not in defaults or value != defaults[name]}
    return told | {name: given[name] for name in sorted(given.keys() - fields.keys())}


def _said(field: FieldInfo, given: Any) -> Any:
    if model := _model_within(field.annotation):
        return [said_of(model, one) for one in given] if isinstance(given, list) else said_of(model, given)
    adapter = _adapter(field)
    try:
        return adapter.dump_python(adapter.validate_python(given), mode="json")
    except ValidationError:
        return given


@cache
def _defaults(model: type[Body]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: to_jsonable_python(field.get_default()) for name, field in fields if not field.is_required()}


_ADAPTERS: dict[int, TypeAdapter[Any]] = {}


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    """By the field's own id: it lives as long as its model."""
    if id(field) not in _ADAPTERS:
        rules: Any = Annotated[field.annotation, *field.metadata, None]
        _ADAPTERS[id(field)] = TypeAdapter(rules)
    return _ADAPTERS[id(field)]


def _model_within(annotation: Any) -> type[Body] | None:
    if isinstance(annotation, type) and issubclass(annotation, Body):
        return annotation
    return next(filter(None, map(_model_within, get_args(annotation))), None)
