"""Which database faults go away by themselves: one table of SQLSTATEs.

Django wraps some of them as OperationalError and others as InternalError, so the class of the exception tells nothing;
the SQLSTATE does. Source: PostgreSQL, Appendix A, "PostgreSQL Error Codes".
"""

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError

DATABASE_ERRORS = (psycopg.Error, DatabaseError, InterfaceError)
"""A fault arrives as psycopg's own error from a raw cursor, and as Django's from all the rest."""

UNAVAILABLE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)

PASSING = {
    "55P03": "lock_not_available: somebody holds the row longer than lock_timeout",
    "40P01": "deadlock_detected",
    "40001": "serialization_failure",
    "57014": "query_canceled: statement_timeout",
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "25006": "read_only_sql_transaction: the server leads no more; another one takes writes",
    "57P01": "admin_shutdown: the connection was terminated",
    "57P02": "crash_shutdown",
    "57P03": "cannot_connect_now: the server is starting up or shutting down",
    "57P05": "idle_session_timeout",
    "53300": "too_many_connections",
    "53100": "disk_full",
    "53200": "out_of_memory",
    "23505": "unique_violation: two batches made the same row; loaded anew, it is there",
}

OF_ROWS = frozenset({"55P03", "40P01", "40001", "57014", "23505"})
"""The fault lies with some rows: a transaction that does not need them may succeed right now."""

CONNECTION_EXCEPTION = "08"
"""The class of SQLSTATEs that tell of a broken connection."""


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of a database error, whether Django wrapped it or not; None where the server did not say one."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def is_of_former_leader(error: BaseException) -> bool:
    """Whether the connection leads to a server that takes no writes any more."""
    return sqlstate(error) == "25006"


def is_unavailable(error: BaseException) -> bool:
    """Whether a call fails for now, and its client does well to try again."""
    return isinstance(error, UNAVAILABLE) or is_of_former_leader(error)


def is_of_rows(error: BaseException) -> bool:
    return sqlstate(error) in OF_ROWS


def cause(error: BaseException) -> str:
    """A database fault in a word or two, of which there are few."""
    state = sqlstate(error)
    if state in PASSING:
        return PASSING[state].partition(":")[0]
    return "connection" if state is None or state.startswith(CONNECTION_EXCEPTION) else "other"


def passes(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is tried again.

    A psycopg OperationalError without a SQLSTATE is a connection that could not be made or broke off.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    if cause.sqlstate is None:
        return isinstance(cause, psycopg.OperationalError)
    return cause.sqlstate in PASSING or cause.sqlstate.startswith(CONNECTION_EXCEPTION)
