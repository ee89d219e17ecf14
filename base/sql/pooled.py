"""Whether a pooler such as PgBouncer stands before the database.

In transaction mode it lends a server's connection for one transaction at a time. What was set, prepared or locked for
longer is then on a connection that somebody else has.
"""

from typing import Any

import psycopg


def is_pooled(connection: "psycopg.Connection[Any]") -> bool:
    """By one statement. A pooler cannot tell its clients the process that will work for them: it changes. So it gives
    each another number, by which to cancel a statement (PostgreSQL, section 54.2.8)."""
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row
    return bool(row[0] != connection.info.backend_pid)
