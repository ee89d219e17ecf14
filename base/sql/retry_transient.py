"""Trying a transaction again, here and nowhere else.

A worker tries again soon: most row locks are free a moment later, and Celery's own retries are whole seconds apart. A
call tries again at once, and only what PostgreSQL ended for another transaction's sake. Rows are locked in one order
everywhere, so that this should not happen; where it does, whoever called is not to know.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection
from prometheus_client import Counter

from base.sql.faults import DATABASE_ERRORS, cause, passes, sqlstate
from base.sql.quoted import quote_nothing
from base.sql.renewal import leave

PAUSES_MAX_S = (0.02, 0.08, 0.32)
"""Full jitter: each pause is anything from nothing to this."""

TRIES_MAX = 3
SQLSTATES = frozenset({"40P01", "40001"})
"""deadlock_detected, serialization_failure (PostgreSQL, Appendix A): nothing of the transaction is left."""

retries = Counter("ringup_retries", "Transactions that were begun anew, by what had ended them.", ["cause"])

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def retry_transient(attempt: Callable[[], Answer]) -> Answer:
    """Call `attempt`, a whole transaction, up to four times while its fault is one that passes.

    After a database error the connection is closed: it may be broken without telling. An unknown commit is no worry:
    the next attempt reads the commands' rows first, and finds settled what was settled.
    """
    for pause_max_s in PAUSES_MAX_S:
        try:
            return attempt()
        except DATABASE_ERRORS as error:
            quote_nothing(error)
            leave(error)
            connection.close()
            if not passes(error):
                raise
            retries.labels(cause(error)).inc()
        time.sleep(random.uniform(0, pause_max_s))
    try:
        return attempt()
    except DATABASE_ERRORS as error:
        quote_nothing(error)
        leave(error)
        connection.close()
        raise


def again(write: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """`write` is one transaction. Within a longer one it is not for it to try again."""

    @wraps(write)
    def tried(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        for _ in range(TRIES_MAX - 1):
            try:
                return write(*args, **kwargs)
            except (psycopg.OperationalError, OperationalError) as error:
                if connection.in_atomic_block or sqlstate(error) not in SQLSTATES:
                    raise
                retries.labels(cause(error)).inc()
        return write(*args, **kwargs)

    return tried
