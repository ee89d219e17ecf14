"""Reading by several statements what was there at one instant."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from base.sql.sets import alias, cursor


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A transaction of its own that reads, with one snapshot for all of its statements; it waits for nobody, and nobody
    for it. Within a longer transaction each statement sees what it sees there."""
    if connections[alias()].in_atomic_block:
        yield
        return
    with transaction.atomic(using=alias()):
        cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
