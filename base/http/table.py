"""Answers as CSV (RFC 4180), whatever is in their cells."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

CONTENT_TYPE = "text/csv; charset=utf-8"
# A spreadsheet would run a cell that begins so; OWASP, "CSV Injection".
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Text that looks like a formula is told as text; numbers stay numbers, below zero too."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, str) and value.startswith(FORMULA_BEGINS):
        return f"'{value}"
    return value
