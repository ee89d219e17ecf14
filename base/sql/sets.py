"""Sets of rows in, sets of rows out: the statements that a batch of any size sends once.

Statements go through psycopg's own cursor on Django's connection: parameters are bound by the server, statements are
prepared, and arrays travel in binary form, which costs a third of their text form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections

from base.sql.renewal import renew_broken_connection

_alias = ContextVar("alias", default=DEFAULT_DB_ALIAS)

Row = tuple[Any, ...]
Cursor = psycopg.Cursor[Row]

REMEMBERED_BYTES_MAX = 4_096
"""psycopg's own limit (MAX_CACHED_STATEMENT_LENGTH)."""

WAIT_MIN_S = 0.005
"""What is less is no wait for a lock, but a busy machine."""

COUNTED_MAX = 10_000
"""No further is counted what waits: an alarm needs no more, and who watches a backlog shall not add to it."""


def cursor() -> Cursor:
    """A cursor inside the transaction that Django has begun, if it has."""
    return psycopg.Cursor(_connection())


def planning_cursor() -> Cursor:
    """As `cursor`; its statements are planned each time, for the values that they bear."""
    return psycopg.ClientCursor(_connection())


@contextmanager
def pipeline() -> Iterator[None]:
    """The statements sent within go to the server together, without waiting for each other's answers."""
    with _connection().pipeline():
        yield


def _connection() -> psycopg.Connection[Any]:
    """psycopg's own, of this thread. Django finds a thread's connection anew for each of its attributes that is asked
    for, which takes longer than making a cursor."""
    own = connections[alias()]
    own.ensure_connection()
    assert isinstance(own.connection, psycopg.Connection)
    return own.connection


def alias() -> str:
    """Of the database that is asked: the leader, unless it may be late (base.sql.standby)."""
    return _alias.get()


@contextmanager
def read_from(other: str) -> Iterator[None]:
    """Meanwhile this thread asks that one."""
    token = _alias.set(other)
    try:
        yield
    finally:
        _alias.reset(token)


def dicts(
    sql: str, params: Sequence[Any] | Mapping[str, Any], *, by: Callable[[], Cursor] = cursor
) -> list[dict[str, Any]]:
    """Rows by column name, for the outside: a column's name is the name that it has there."""
    rows = by().execute(sql, params)
    names = [column.name for column in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def first(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any] | None:
    found = dicts(sql, params)
    return found[0] if found else None


def first_row(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...] | None:
    """By the first statement of a call: it finds out whether the connection lives, and takes another one if not, unless
    a transaction was begun on it."""
    try:
        return cursor().execute(sql, params).fetchone()
    except psycopg.OperationalError:
        if connection.in_atomic_block or not renew_broken_connection():
            raise
        return cursor().execute(sql, params).fetchone()


def one_line(sql: LiteralString) -> LiteralString:
    """The same statement in few enough bytes for psycopg to remember its parts, which it would take apart each time. It
    holds no comment, and no text with blanks that count."""
    line = " ".join(sql.split())
    assert len(line) <= REMEMBERED_BYTES_MAX, f"{len(line)} bytes: {line[:60]}"
    return line


def limit_locks(milliseconds: int) -> None:
    """Until this transaction ends, it waits for a row no longer than that; see PostgreSQL's `lock_timeout`.

    Of the transaction and not of the connection: one that is closed and opened again would forget it.
    """
    assert connection.in_atomic_block
    cursor().execute("SELECT set_config('lock_timeout', %s, true)", (str(milliseconds),))


def limit_statements(milliseconds: int) -> None:
    """Until this transaction ends, each of its statements takes no longer; see PostgreSQL's `statement_timeout`."""
    assert connection.in_atomic_block
    cursor().execute("SELECT set_config('statement_timeout', %s, true)", (str(milliseconds),))


def timed(lock: LiteralString) -> LiteralString:
    """The same locks, each row with how many seconds after the statement began it was had: rows are locked one by one,
    in their order, and what a row waited for is the time since the row before."""
    return f"""
        SELECT locked.*, extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 FROM ({lock}) AS locked
    """


def waits(rows: Sequence[Row]) -> list[tuple[Row, float]]:
    """Of a timed lock's rows: those that were waited for, with the seconds."""
    if not rows or rows[-1][-1] < WAIT_MIN_S:
        return []
    before = [0.0, *(row[-1] for row in rows)]
    return [(row, row[-1] - at) for row, at in zip(rows, before, strict=False) if row[-1] - at >= WAIT_MIN_S]


def unnest(types: Iterable[str]) -> str:
    """The set that parallel arrays of these types describe."""
    return f"unnest({', '.join(f'%b::{kind}[]' for kind in types)})"


def insert(table: str, columns: Mapping[str, str], *, constants: Mapping[str, str] | None = None) -> str:
    """INSERT of a set. `columns`: name -> type, given as arrays; `constants`: name -> SQL, the same in every row.

    Parameters: those of the constants first, then an array a column.
    """
    fixed = constants or {}
    given = ", ".join(f"{name}::{kind}" if kind != "text" else name for name, kind in columns.items())
    return (
        f"INSERT INTO {table} ({', '.join([*fixed, *columns])}) "
        f"SELECT {', '.join([*fixed.values(), given])} "
        f"FROM {unnest(_sent_as(kind) for kind in columns.values())} AS given ({', '.join(columns)})"
    )


def columns_of(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows to parallel arrays; `rows` is not empty."""
    return [list(column) for column in zip(*rows, strict=True)]


def as_jsonb(value: Any) -> Any:
    """JSON as PostgreSQL gives it back once it is stored as jsonb: names in the order of their length, then of their
    bytes (postgresql.org/docs/current/datatype-json.html tells that their order is not kept)."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (len(encoded := name.encode()), encoded))
        return {name: as_jsonb(value[name]) for name in names}
    return [as_jsonb(one) for one in value] if isinstance(value, list | tuple) else value


def _sent_as(kind: str) -> str:
    return "text" if kind == "jsonb" else kind
