"""Few ways to the server and back: what can be sent together is."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


def renew_broken_connection() -> bool:
    """Give up this thread's connection if the server is gone from it, and whatever a pool holds besides.

    Errors of psycopg's own cursors are not seen by Django, which would go on with the connection.
    """
    if connection.connection is None or not connection.connection.closed:
        return False
    connection.close()
    if pool := connection.pool:  # type: ignore[attr-defined]
        pool.check()
    return True


@contextmanager
def one_trip() -> Iterator[None]:
    """A transaction whose statements go to the server together with its BEGIN and COMMIT.

    What they return can be fetched afterwards. An error of any of them undoes all and is raised at the end.
    """
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    with connection.connection.pipeline(), connection.connection.transaction():
        yield
