"""Trying again soon: most row locks are free a moment later, and Celery's own retries are whole seconds apart."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from base.sql.faults import DATABASE_ERRORS, passes
from base.sql.quoted import quote_nothing

PAUSES_MAX_S = (0.02, 0.08, 0.32)
"""Full jitter: each pause is anything from nothing to this."""

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
            connection.close()
            if not passes(error):
                raise
        time.sleep(random.uniform(0, pause_max_s))
    try:
        return attempt()
    except DATABASE_ERRORS as error:
        quote_nothing(error)
        connection.close()
        raise
