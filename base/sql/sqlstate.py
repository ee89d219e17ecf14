"""Which fault a database error is: its class tells little, its SQLSTATE does."""

import psycopg


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of a database error, whether Django wrapped it or not; None where the server did not say one."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None
