"""The connection of a thread, when its server went away."""

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
