"""A glance at the database: as it is at one instant, without a lock, and for a limited time.

PostgreSQL refuses in it whatever would leave something behind: rows, row locks, values of sequences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import psycopg
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from base.sql.faults import sqlstate
from base.sql.sets import cursor, limit_statements

GLANCE_MAX_S = 1.0

_OVERDUE = frozenset({"57014", "55P03", "40001"})
"""query_canceled; lock_not_available: a table that is being altered is waited for even without row locks;
serialization_failure: what is asked depends on others again and again (orders.journal.db.claim)."""


class Glance:
    def __init__(self) -> None:
        self._ends_at = monotonic() + GLANCE_MAX_S

    def go_on(self) -> None:
        """Before each step: its statements may take what is left of the time."""
        left_ms = round((self._ends_at - monotonic()) * 1_000)
        if left_ms <= 0:
            raise QueryCanceled(f"the glance took longer than {GLANCE_MAX_S} s")
        limit_statements(left_ms)


@contextmanager
def one_glance() -> Iterator[Glance]:
    """A transaction of its own, with one snapshot for all of its statements; within a longer one it sees what that
    sees. Errors: TimeoutError."""
    # Only a transaction's first statement may set its isolation.
    snapshot = "" if connection.in_atomic_block else "ISOLATION LEVEL REPEATABLE READ, "
    try:
        with transaction.atomic():
            cursor().execute(f"SET TRANSACTION {snapshot}READ ONLY")
            glance = Glance()
            glance.go_on()
            yield glance
            transaction.set_rollback(True)  # the limits of a longer transaction are its own again
    except (psycopg.OperationalError, OperationalError) as error:
        if sqlstate(error) in _OVERDUE:
            raise TimeoutError("the glance took too long") from error
        raise
