"""The auditor's report on invoice numbers, as CSV."""

import logging
import threading
from collections.abc import Iterator

import psycopg
from django.db import Error

from base.causes import why
from base.http.table import lines
from base.sql.renewal import lend_connection
from base.sql.scope import Scope
from orders.invoicing.db.series import COLUMNS, pages_of_numbers

FILE_NAME = "invoice-numbers.csv"
READERS_MAX = 32
"""Of a web process: each holds a thread of it for as long as it reads."""
BROKEN_OFF = "BROKEN OFF"

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(READERS_MAX)


class Report:
    """CSV (RFC 4180) with a header row, a page of rows at a time. Whoever has it closes it."""

    def __init__(self, stores: Scope) -> None:
        self._lines = _report(stores)
        self._closing = threading.Lock()  # taken once

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def close(self) -> None:
        if self._closing.acquire(blocking=False):
            _places.release()


def report(stores: Scope) -> Report | None:
    """The numbers of these stores; None while as many are read as may be."""
    return Report(stores) if _places.acquire(blocking=False) else None


def _report(stores: Scope) -> Iterator[str]:
    lend_connection()
    yield lines([COLUMNS])
    try:
        for page in pages_of_numbers(stores):
            yield lines(page)
    except (Error, psycopg.Error) as error:
        # The status is sent already, and the server ends the answer as if it were whole.
        log.warning("a report on invoice numbers broke off: %s", why(error))
        yield lines([[BROKEN_OFF]])
