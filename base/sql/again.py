"""Transactions that PostgreSQL ended for another one's sake: they are tried again, here and nowhere else.

Rows are locked in one order everywhere, so that this should not happen; where it does, whoever called is not to know.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection

from base.sql.sqlstate import sqlstate

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

TRIES_MAX = 3
SQLSTATES = frozenset({"40P01", "40001"})
"""deadlock_detected, serialization_failure (PostgreSQL, Appendix A): nothing of the transaction is left."""


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
        return write(*args, **kwargs)

    return tried
