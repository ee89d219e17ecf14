"""The report of a business day, read as JSON and as a table."""

import csv
import io
from typing import Any

from orders.models import Order
from tests.support.shop.till import Till

NOTHING = {"count": 0, "total_minor": 0}


def today(till: Till) -> str:
    paid = Order.objects.filter(business_day__isnull=False).latest("business_day")
    assert paid.business_day
    return paid.business_day.isoformat()


def report(till: Till, day: str) -> dict[str, Any]:
    answer = till.get(f"/reports/days/{day}")
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.body
    return found


def as_csv(till: Till, day: str) -> list[list[str]]:
    answer = till.get(f"/reports/days/{day}", Accept="text/csv")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    header, *rows = csv.reader(io.StringIO(answer.body, newline=""))
    assert header == ["section", "key", "rate", "count", "amount_minor"]
    return rows
