"""SQL on the psycopg connection that Django keeps for this thread: bound by the server, planned once a connection."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import psycopg
from django.db import connection
from psycopg.rows import dict_row

Params: TypeAlias = Sequence[Any] | Mapping[str, Any]


def raw() -> psycopg.Connection[Any]:
    connection.ensure_connection()
    return cast("psycopg.Connection[Any]", connection.connection)


def execute(sql: str, params: Params) -> psycopg.Cursor[tuple[Any, ...]]:
    return psycopg.Cursor(raw()).execute(sql, params)


def dicts(sql: str, params: Params) -> list[dict[str, Any]]:
    """Rows by column name."""
    return psycopg.Cursor(raw(), row_factory=dict_row).execute(sql, params).fetchall()
