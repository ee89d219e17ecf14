"""The auditor's report on invoice numbers, as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from orders.db.reads_numbers import COLUMNS, pages_of_numbers

FILE_NAME = "invoice-numbers.csv"
CONTENT_TYPE = "text/csv; charset=utf-8"
# A spreadsheet would run a cell that begins so; OWASP, "CSV Injection".
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def report(store_id: int | None) -> Iterator[str]:
    """CSV (RFC 4180) with a header row, a page of rows at a time: one store's numbers, or those of all."""
    yield _lines([COLUMNS])
    for page in pages_of_numbers(store_id):
        yield _lines([[_cell(value) for value in row] for row in page])


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
