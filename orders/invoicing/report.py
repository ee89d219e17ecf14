"""The auditor's report on invoice numbers, as CSV."""

import csv
import io
import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import psycopg
from django.db import Error

from base.sql.renewal import lend_connection
from orders.invoicing.db.series import COLUMNS, pages_of_numbers

FILE_NAME = "invoice-numbers.csv"
CONTENT_TYPE = "text/csv; charset=utf-8"
# A spreadsheet would run a cell that begins so; OWASP, "CSV Injection".
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
READERS_MAX = 32
"""Of a web process: each holds a thread of it for as long as it reads."""
BROKEN_OFF = "BROKEN OFF"

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(READERS_MAX)


class Report:
    """CSV (RFC 4180) with a header row, a page of rows at a time. Whoever has it closes it."""

    def __init__(self, store_id: int | None) -> None:
        self._lines = _report(store_id)
        self._closing = threading.Lock()  # taken once

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def close(self) -> None:
        if self._closing.acquire(blocking=False):
            _places.release()


def report(store_id: int | None) -> Report | None:
    """One store's numbers, or those of all; None while as many are read as may be."""
    return Report(store_id) if _places.acquire(blocking=False) else None


def _report(store_id: int | None) -> Iterator[str]:
    lend_connection()
    yield _lines([COLUMNS])
    try:
        for page in pages_of_numbers(store_id):
            yield _lines([[_cell(value) for value in row] for row in page])
    except (Error, psycopg.Error) as error:
        # The status is sent already, and the server ends the answer as if it were whole.
        log.warning("a report on invoice numbers broke off: %s", error)
        yield _lines([[BROKEN_OFF]])


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, str) and value.startswith(FORMULA_BEGINS):
        return f"'{value}"
    return value
