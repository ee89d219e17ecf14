"""GET /reports/days/{date}: what a business day came to, as JSON and as CSV."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from inventory.models import Store
from orders.models import InvoiceNumber, JournalEntry
from tests.support.shop.baskets import BASKET, line, order
from tests.support.shop.cashier import Cashier, Settle
from tests.support.shop.reports import NOTHING, as_csv, report, today
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till

Sell = Callable[..., str]
Do = Callable[..., None]


def test_a_day_is_what_was_sold_less_what_came_back(auditor: Till, do: Do, sell: Sell, shop: Shop) -> None:
    """Worked out by hand from 3 teas at 4.99 with 20 %, a loaf at 2.50 with 5 %, 2 stamps at 0.75 without."""
    basket = sell(*BASKET, tenders=[{"method": "card", "amount_minor": 897}, {"method": "cash", "amount_minor": 1100}])
    teas = sell(line("TEA", 2))
    do(f"{basket}/return", lines=[line("TEA", condition="sellable")])
    do(f"{teas}/cancel")
    found = report(auditor, today(auditor))
    numbers = InvoiceNumber.objects.filter(store_id=shop.store_id, order__isnull=False).order_by("order__paid_at")
    first, last = numbers.values_list("number", flat=True)
    as_of = datetime.fromisoformat(found.pop("as_of"))
    assert abs(datetime.now(UTC) - as_of) < timedelta(minutes=5)
    assert found == {
        "date": today(auditor),
        "store": "corner",
        "currency": "GBP",
        "sales": {"count": 2, "total_minor": 1897 + 998},
        "refunds": {"count": 2, "total_minor": 499 + 998},
        "cancelled": {"count": 1, "total_minor": 998},
        "methods": [
            {"method": "cash", "count": 1, "amount_minor": 1000},
            {"method": "card", "count": 4, "amount_minor": 897 + 998 - 499 - 998},
        ],
        "taxes": [
            {"code": "red", "name": "RED", "rate": "5", "net_minor": 238, "tax_minor": 12},
            {"code": "std", "name": "STD", "rate": "20", "net_minor": 1247 - 416, "tax_minor": 250 - 83},
        ],
        "untaxed_minor": 150,
        "deposits_minor": 0,
        "rounding_minor": 0,
        "first_invoice_number": first,
        "last_invoice_number": last,
        "invoices_pending": 0,
        "late": NOTHING,
    }


def test_the_parts_of_a_day_add_up_to_the_whole(backoffice: Till, do: Do, sell: Sell) -> None:
    basket = sell(*BASKET, discount_percent="10")
    do(f"{basket}/return", lines=[line("TEA", 2, condition="damaged")])
    sell(*BASKET, tax_exempt=True)
    found = report(backoffice, today(backoffice))
    turnover = found["sales"]["total_minor"] - found["refunds"]["total_minor"]
    taxed = sum(one["net_minor"] + one["tax_minor"] for one in found["taxes"])
    assert taxed + found["untaxed_minor"] == turnover
    moved = sum(one["amount_minor"] for one in found["methods"])
    assert moved == turnover + found["rounding_minor"] + found["deposits_minor"]
    assert [(one["code"], one["rate"]) for one in found["taxes"]] == [
        ("red", "0"),
        ("red", "5"),
        ("std", "0"),
        ("std", "20"),
    ]


def test_a_sale_is_of_its_business_day_and_late_if_it_came_after_that(auditor: Till, sell: Sell, do: Do) -> None:
    """What a till sold without a network; what comes back is of the day it came back on."""
    on = datetime.now(UTC) - timedelta(days=3)
    offline = sell(line("TEA"), sold_at=on.isoformat())
    sell(line("LOAF"))
    do(f"{offline}/return", lines=[line("TEA", condition="sellable")])
    then, now = report(auditor, on.date().isoformat()), report(auditor, today(auditor))
    assert (then["sales"], then["refunds"]) == ({"count": 1, "total_minor": 499}, NOTHING)
    assert then["late"] == {"count": 1, "total_minor": 499}
    assert (now["sales"], now["late"]) == ({"count": 1, "total_minor": 250}, NOTHING)
    assert now["refunds"] == {"count": 1, "total_minor": 499}
    assert [(one["code"], one["tax_minor"]) for one in now["taxes"]] == [("red", 12), ("std", -83)]


def test_a_day_is_the_stores(auditor: Till, sell: Sell, shop: Shop) -> None:
    """Just after midnight in London is still yesterday in a shop whose days begin at four."""
    Store.objects.filter(id=shop.store_id).update(time_zone="Europe/London", day_starts_at="04:00")
    sell(line("TEA"), sold_at=(datetime.now(UTC) - timedelta(days=5)).strftime("%Y-%m-%dT02:30:00Z"))
    own = (datetime.now(UTC) - timedelta(days=6)).date().isoformat()
    assert report(auditor, own)["sales"] == {"count": 1, "total_minor": 499}


def test_deposits_are_owed_until_their_sale(auditor: Till, supervisor: Till, do: Do) -> None:
    created = supervisor.post("/orders", {**order(line("TEA")), "fulfilment": "shipment"}).body
    path = f"/orders/{created['id']}"
    do(f"{path}/reserve")
    do(f"{path}/pay", tenders=[{"method": "cash", "amount_minor": 200}], partial=True)
    day = datetime.now(UTC).date().isoformat()
    owed = report(auditor, day)
    assert (owed["sales"], owed["deposits_minor"], owed["taxes"]) == (NOTHING, 200, [])
    assert owed["methods"] == [{"method": "cash", "count": 1, "amount_minor": 200}]
    do(f"{path}/pay", tenders=[{"method": "card", "amount_minor": 299}])
    paid = report(auditor, day)
    assert (paid["sales"], paid["deposits_minor"]) == ({"count": 1, "total_minor": 499}, 0)
    assert [one["amount_minor"] for one in paid["methods"]] == [200, 299]


def test_what_was_taken_back_before_it_was_paid_was_never_sold(auditor: Till, supervisor: Till, do: Do) -> None:
    """Of three teas on account one comes back and one is cancelled before the rest is paid."""
    on_account = order(line("TEA", 3), fulfilment="shipment", payment_terms="on_account")
    path = f"/orders/{supervisor.post('/orders', on_account).body['id']}"
    do(f"{path}/reserve")
    do(f"{path}/fulfill", lines=[{"line_id": supervisor.get(path).body["lines"][0]["id"], "quantity": 2}])
    do(f"{path}/cancel")
    do(f"{path}/return", lines=[line("TEA", condition="sellable")])
    do(f"{path}/pay", tenders=[{"method": "card", "amount_minor": 499}])
    found = report(auditor, today(auditor))
    assert (found["sales"], found["refunds"]) == ({"count": 1, "total_minor": 499}, NOTHING)
    assert [(one["net_minor"], one["tax_minor"]) for one in found["taxes"]] == [(416, 83)]
    assert [one["amount_minor"] for one in found["methods"]] == [499]


def test_numbers_that_follow_are_counted(auditor: Till, sell: Sell, shop: Shop) -> None:
    torn = {"state": "void", "voided_at": datetime.now(UTC), "voided_by": "olga", "void_reason": "torn"}
    InvoiceNumber.objects.filter(store_id=shop.store_id).update(**torn)
    sell(line("TEA"))
    found = report(auditor, today(auditor))
    assert (found["invoices_pending"], found["first_invoice_number"], found["last_invoice_number"]) == (1, None, None)


@pytest.mark.parametrize("day", ["2999-01-01", "9999-12-31", "0001-01-01", "1970-01-01", "2024-02-29"])
def test_a_day_on_which_nothing_was_sold_is_zeros(auditor: Till, sell: Sell, day: str) -> None:
    sell(line("TEA"))
    found = report(auditor, day)
    assert found["date"] == day
    assert [found[name] for name in ("sales", "refunds", "cancelled", "late")] == [NOTHING] * 4
    assert (found["methods"], found["taxes"]) == ([], [])
    assert [found[name] for name in ("untaxed_minor", "deposits_minor", "rounding_minor")] == [0, 0, 0]
    assert ["sales", "", "", "0", "0"] in as_csv(auditor, day)


def test_amounts_of_any_size_add_up(auditor: Till, sell: Sell) -> None:
    """Two that are as large as one may be; their sum is larger than such a one."""
    most = 2**53 - 1
    for _ in range(2):
        sell(line("STAMP", unit_price_minor=most))
    assert report(auditor, today(auditor))["sales"] == {"count": 2, "total_minor": 2 * most}


def test_an_order_of_that_day_has_it(auditor: Till, sell: Sell) -> None:
    """The list of the day's orders is what the figures are of."""
    sell(line("TEA"))
    sell(line("LOAF"))
    day = today(auditor)
    listed = auditor.get(f"/orders?day={day}").body["items"]
    assert sum(one["total_minor"] for one in listed) == report(auditor, day)["sales"]["total_minor"]
    assert all(UUID(one["id"]) for one in listed)


def test_what_a_drawer_is_given_or_gives_away_is_no_figure_of_the_day(
    auditor: Till, pos: Till, settle: Settle, sell: Sell
) -> None:
    """Small change that is brought, cash that is carried to the bank, and what is missing: none of it was sold."""
    sell(line("TEA"), tenders=[{"method": "cash", "amount_minor": 499}])
    day = today(auditor)
    before = {**report(auditor, day), "as_of": None}
    drawer = Cashier(pos, settle)
    drawer.open(5_000)
    drawer.move(2_000, "small change")
    drawer.move(-3_000, "to the bank")
    (cash,) = drawer.close(3_990)["result"]["closing"]["methods"]
    assert (cash["expected_minor"], cash["difference_minor"]) == (4_000, -10)
    assert JournalEntry.objects.filter(kind="closing", day=day).count() == 1
    assert {**report(auditor, day), "as_of": None} == before
