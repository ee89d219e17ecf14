"""The connection of a thread: lent to others, and when its server went away."""

from django.db import close_old_connections, connection

from base.line import stand_aside
from base.sql.faults import is_of_former_leader


def lend_connection() -> None:
    """Somebody else may have this thread's connection and its place in the line while it waits for its client. A
    connection not in the midst of a transaction.

    A pool has few of them, and clients come and go as slowly as they like.
    """
    stand_aside()
    return_connection()


def return_connection() -> None:
    """To the pool, unless it is in the midst of a transaction."""
    if not connection.in_atomic_block:
        close_old_connections()


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


def leave(error: BaseException) -> None:
    """Give up this thread's connection if the server is gone from it, or leads no more: such a connection lives and can
    do nothing, and a pool shall not lend it again, nor any other that it has to that server."""
    if connection.connection is not None and is_of_former_leader(error):
        connection.connection.close()
        if pool := connection.pool:  # type: ignore[attr-defined]
            pool.drain()
    renew_broken_connection()
