"""Rows for the outside: a column's name is the name that the contract gives it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from base.sql.sets import Cursor, cursor


def dicts(
    sql: str, params: Sequence[Any] | Mapping[str, Any], *, by: Callable[[], Cursor] = cursor
) -> list[dict[str, Any]]:
    """Rows by column name."""
    rows = by().execute(sql, params)
    names = [column.name for column in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def first(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any] | None:
    found = dicts(sql, params)
    return found[0] if found else None
