"""What PostgreSQL refuses, with a guard and without it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
import pytest
from django.db import connection, transaction

from base.sql.sets import cursor


class Guarded(NamedTuple):
    """`guard`: the trigger, constraint or unique index of the table that refuses the statement."""

    guard: str
    table: str
    statement: str


def remove(guard: str, table: str) -> None:
    """Within the transaction: the trigger, constraint or unique index is gone."""
    if cursor().execute("SELECT FROM pg_trigger WHERE tgname = %s", (guard,)).fetchone() is not None:
        cursor().execute(f"DROP TRIGGER {guard} ON {table}".encode())
    elif cursor().execute("SELECT FROM pg_constraint WHERE conname = %s", (guard,)).fetchone() is not None:
        cursor().execute(f"ALTER TABLE {table} DROP CONSTRAINT {guard}".encode())
    else:
        cursor().execute(f"DROP INDEX {guard}".encode())


def refusal(one: Guarded, *, guarded: bool) -> type[psycopg.Error] | None:
    """How the database refuses the statement, if it does; nothing of it stays."""
    try:
        with transaction.atomic():
            if not guarded:
                remove(one.guard, one.table)
            assert cursor().execute(one.statement.encode()).rowcount > 0, "nothing to refuse"
            connection.check_constraints()
            transaction.set_rollback(True)
    except psycopg.Error as error:
        return type(error)
    return None


def refused(statements: Iterable[Guarded], error: type[psycopg.Error], subtests: pytest.Subtests) -> None:
    """Each is refused as it is, in that way, and is not without its guard."""
    for one in statements:
        with subtests.test(one.guard, statement=one.statement):
            assert refusal(one, guarded=True) is error
            assert refusal(one, guarded=False) is None


@contextmanager
def unguarded() -> Iterator[None]:
    """No trigger refuses anything to this connection meanwhile. It takes a superuser."""
    cursor().execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        cursor().execute("SET session_replication_role = origin")
