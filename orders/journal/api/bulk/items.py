"""The items of a bulk request as they came: counted first, then parsed."""

from typing import Any

from django.http import HttpRequest
from pydantic_core import from_json

from base.http.json_marks import has_more_items
from base.http.ndjson import NDJSON, lines_of, parse_lines
from base.http.problems import Problem, at, malformed_json

ITEMS_MAX = 500


def read_items(request: HttpRequest) -> list[Any]:
    """What each item holds, or a problem where it is a line that is no JSON."""
    content = request.body
    if request.content_type == NDJSON:
        lines = lines_of(content, most=ITEMS_MAX)
        return parse_lines(_counted(lines))
    if has_more_items(content, ITEMS_MAX):
        raise _miscounted()
    try:
        items = from_json(content, allow_inf_nan=False) if content else None
    except ValueError as error:
        raise malformed_json(error) from error
    if not isinstance(items, list):
        raise Problem(422, "validation_failed", "The body is not a list of items.", errors=[at([], "is no list")])
    return _counted(items)


def _counted(items: list[Any]) -> list[Any]:
    if not 1 <= len(items) <= ITEMS_MAX:
        raise _miscounted()
    return items


def _miscounted() -> Problem:
    detail = f"Send 1 to {ITEMS_MAX} items."
    return Problem(422, "validation_failed", detail, errors=[at([], detail)])
