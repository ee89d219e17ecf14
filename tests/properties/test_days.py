"""Whatever a day brings, its entries, its report, its papers and its closings say the same, to the penny."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import Phase, given, settings

from orders.models import JournalEntry, Order
from tests.properties.days import Day, days
from tests.properties.spending import Spent, spend
from tests.support.shop.reports import report

Figures: TypeAlias = Iterator[tuple[tuple[str, ...], int]]
DECIMALS = {"JPY": 0, "GBP": 2, "KWD": 3}


@pytest.mark.usefixtures("module_database")
@pytest.mark.parametrize("currency", DECIMALS)
@settings(max_examples=8, phases=[Phase.generate], deadline=None, derandomize=True, database=None)
@given(day=days)
def test_entries_report_papers_and_closings_say_the_same(currency: str, day: Day) -> None:
    spent = spend(day, currency=currency)
    booked = summed(of_entries(spent.store_id))
    assert summed(of_reports(spent)) == booked
    assert summed(of_papers(spent)) == booked
    closings = spent.backoffice.get("/closings?limit=100").body["items"]
    assert summed(of_closings(closings)) == booked
    assert summed(of_closing_entries(spent.store_id)) == summed(of_drawers(closings))
    assert sum(sold_on(spent)) == sum(one["sales"]["count"] for one in closings)


def summed(figures: Figures) -> dict[tuple[str, ...], int]:
    """Without what comes to nothing."""
    sums: Counter[tuple[str, ...]] = Counter()
    for name, minor in figures:
        sums[name] += minor
    return {name: minor for name, minor in sums.items() if minor}


def of_entries(store_id: int) -> Figures:
    for kind, postings in entries(store_id).exclude(kind="closing").values_list("kind", "postings"):
        assert sum(minor for _, minor, *_ in postings) == 0
        for account, minor, *tax in postings:
            if account in ("revenue", "tax"):
                yield from _turnover(kind, -minor)
                if tax:
                    yield ("net" if account == "revenue" else "tax", *tax[:2]), -minor
            else:
                is_owed = account in ("rounding", "deposits")
                yield (account,), -minor if is_owed else minor


def _turnover(kind: str, minor: int) -> Figures:
    if kind == "sale":
        yield ("sales",), minor
    else:
        yield ("refunds",), -minor
    if kind == "cancellation":
        yield ("cancelled",), -minor


def of_reports(spent: Spent) -> Figures:
    for day in business_days(spent.store_id):
        told = report(spent.backoffice, day)
        yield from _told(told)
        yield from (((one["method"],), one["amount_minor"]) for one in told["methods"])


def _told(told: Any) -> Figures:
    """What a day's report and a closing call by the same names."""
    yield from (((name,), told[name]["total_minor"]) for name in ("sales", "refunds", "cancelled"))
    yield from ((("rounding",), told["rounding_minor"]), (("deposits",), told["deposits_minor"]))
    yield from _taxes(told, 1)


def _taxes(told: Any, sign: int) -> Figures:
    for one in told["taxes"]:
        yield ("net", one["code"], one["rate"]), sign * one["net_minor"]
        yield ("tax", one["code"], one["rate"]), sign * one["tax_minor"]


def of_papers(spent: Spent) -> Figures:
    for order_id in spent.orders:
        paper = spent.backoffice.get(f"/orders/{order_id}/receipt", Accept="application/json").body
        yield from (((one["method"],), one["amount_minor"]) for one in paper["payments"] if one["kind"] == "payment")
        if paper["kind"] == "receipt":
            yield from ((("sales",), paper["total_minor"]), (("rounding",), paper["rounding_minor"]))
            yield from _taxes(paper, 1)
        else:
            yield ("deposits",), sum(one["amount_minor"] for one in paper["payments"])
    for order_id, command_id, kind in spent.notes:
        path = f"/orders/{order_id}/receipt?command={command_id}"
        paper = spent.backoffice.get(path, Accept="application/json").body
        assert paper["kind"] == "credit_note"
        yield from (((one["method"],), -one["amount_minor"]) for one in paper["payments"])
        yield from ((("refunds",), paper["total_minor"]), (("rounding",), paper["rounding_minor"]))
        yield from _taxes(paper, -1)
        if kind == "cancel":
            yield ("cancelled",), paper["total_minor"]


def of_closings(closings: list[Any]) -> Figures:
    for closing in closings:
        yield from _told(closing)
        yield from (((one["method"],), one["expected_minor"]) for one in closing["methods"])
        yield ("cash",), -closing["float_minor"] - sum(one["amount_minor"] for one in closing["movements"])


def of_closing_entries(store_id: int) -> Figures:
    for (postings,) in entries(store_id).filter(kind="closing").values_list("postings"):
        yield from (((account,), minor) for account, minor in postings)


def of_drawers(closings: list[Any]) -> Figures:
    for closing in closings:
        moved = sum(one["amount_minor"] for one in closing["movements"])
        (cash,) = (one for one in closing["methods"] if one["method"] == "cash")
        yield from ((("cash",), moved + cash["difference_minor"]), (("cash_transfer",), -moved))
        yield ("cash_difference",), -cash["difference_minor"]


def entries(store_id: int) -> Any:
    return JournalEntry.objects.filter(store_id=store_id)


def business_days(store_id: int) -> list[str]:
    """One, or two about midnight."""
    sold = Order.objects.filter(store_id=store_id, business_day__isnull=False).values_list("business_day", flat=True)
    return sorted({day.isoformat() for day in (*sold, *entries(store_id).values_list("day", flat=True)) if day})


def sold_on(spent: Spent) -> Iterator[int]:
    return (report(spent.backoffice, day)["sales"]["count"] for day in business_days(spent.store_id))
