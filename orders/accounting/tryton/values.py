"""Amounts and days as Tryton's JSON has them, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

from orders.accounting.port import AccountingFault


def amount(minor: int, *, digits: int) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": str(Decimal(minor).scaleb(-digits))}


def as_day(on: date) -> dict[str, Any]:
    return {"__class__": "date", "year": on.year, "month": on.month, "day": on.day}


def read_day(value: Any) -> date:
    match value:
        case {"__class__": "date", "year": int(year), "month": int(month), "day": int(of_month)}:
            return date(year, month, of_month)
    raise AccountingFault("the answer has no day")
