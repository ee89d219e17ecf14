"""Lists: newest first, a page at a time, from where a cursor points.

Not by Ninja's own pages, which count all rows and skip those before: a list that grows meanwhile would show some twice.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json

from base.http.fields import BIGINT_MAX, DIGITS
from base.http.problems import Problem

Item = TypeVar("Item")

LIMIT_MAX = 200


class PageIn(BaseModel):
    cursor: Annotated[str | None, Field(max_length=200, description="`next_cursor` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX), DIGITS] = 50


class PageOut(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null on the last one.")]


def page(
    rows: Sequence[dict[str, Any]], *, limit: int, key: Callable[[dict[str, Any]], Sequence[Any]]
) -> dict[str, Any]:
    """`rows`: one more than the limit where there are more. `key`: what the next page begins after."""
    shown = rows[:limit]
    return {"items": shown, "next_cursor": cursor_of(key(shown[-1])) if len(rows) > limit else None}


def without_id(listed: dict[str, Any]) -> dict[str, Any]:
    """A page of rows that the outside does not name by their ids, which only led to the next page."""
    items = [{name: value for name, value in row.items() if name != "id"} for row in listed["items"]]
    return {**listed, "items": items}


def row_id(part: Any) -> int:
    if not 0 <= int(part) <= BIGINT_MAX:
        raise ValueError(part)
    return int(part)


def uuid(part: Any) -> UUID:
    return UUID(str(part))


def instant(part: Any) -> datetime:
    return datetime.fromisoformat(str(part))


def after(cursor: str | None, *readers: Callable[[Any], Any]) -> Sequence[Any]:
    """What the page begins after, each part read by its reader; a cursor that no page gave out is refused."""
    if cursor is None:
        return [None for _ in readers]
    try:
        parts = from_json(urlsafe_b64decode(cursor.encode("ascii")))
        found = [read(part) for read, part in zip(readers, parts, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_ours() from error
    # Readers take more than pages give out: `true` for 1, a day for its first instant.
    if cursor_of(found) != cursor:
        raise _not_ours()
    return found


def _not_ours() -> Problem:
    errors = [{"parameter": "cursor", "detail": "Use the next_cursor of a page as it is."}]
    return Problem(422, "validation_failed", "The cursor is not one of ours.", errors=errors)


def cursor_of(parts: Sequence[Any]) -> str:
    return urlsafe_b64encode(to_json(list(parts))).decode("ascii")
