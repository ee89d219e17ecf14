"""Where the money goes back: told by each return and cancel, chosen by the cashier, and kept with the order."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import InvoiceNumber, JournalEntry, Payment, VoidNotice
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
ONE = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]


@pytest.fixture
def sold(supervisor: Till, settle: Settle) -> UUID:
    """Three of one thing, paid in part by card."""
    order_id = supervisor.sell(("TEA-80", 3))
    tenders = [
        {"method": "card", "amount_minor": 2 * PRICE_MINOR, "reference": "A1"},
        {"method": "cash", "amount_minor": PRICE_MINOR + 100},
    ]
    paid = settle(supervisor.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="p"), supervisor)
    assert paid["result"]["change_minor"] == 100
    return order_id


def payments(till: Till, order_id: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = till.get(f"/orders/{order_id}").body["payments"]
    return found


def test_an_order_tells_its_payments(supervisor: Till, sold: UUID) -> None:
    card, cash = payments(supervisor, sold)
    assert (card["kind"], card["method"], card["amount_minor"], card["reference"]) == (
        "payment",
        "card",
        2 * PRICE_MINOR,
        "A1",
    )
    assert (cash["amount_minor"], cash["tendered_minor"], cash["change_minor"]) == (PRICE_MINOR, PRICE_MINOR + 100, 100)
    assert {one["state"] for one in (card, cash)} == {"done"}
    assert (card["terminal"], card["reverses"], card["cashier"]) == ("the supervisor", None, None)


def test_a_return_says_where_its_money_goes(supervisor: Till, sold: UUID, settle: Settle) -> None:
    back = settle(supervisor.post(f"/orders/{sold}/return", {"lines": ONE}, key="r"), supervisor)
    card = payments(supervisor, sold)[0]
    (refund,) = back["result"]["refunds"]
    assert (refund["method"], refund["amount_minor"], refund["reference"]) == ("card", PRICE_MINOR, "A1")
    assert refund["payment_id"] == card["id"]
    kept = payments(supervisor, sold)[-1]
    assert (kept["id"], kept["kind"], kept["reverses"]) == (refund["id"], "refund", card["id"])


def test_a_cashier_gives_cash_instead(supervisor: Till, sold: UUID, settle: Settle) -> None:
    refund_to = [{"method": "cash", "amount_minor": 3 * PRICE_MINOR}]
    cancelled = settle(supervisor.post(f"/orders/{sold}/cancel", {"refund_to": refund_to}, key="c"), supervisor)
    refunds = [(one["method"], one["amount_minor"], one["payment_id"]) for one in cancelled["result"]["refunds"]]
    cash = payments(supervisor, sold)[1]["id"]
    assert refunds == [("cash", PRICE_MINOR, cash), ("cash", 2 * PRICE_MINOR, None)]
    assert supervisor.get(f"/orders/{sold}").body["payment_status"] == "refunded"


def test_what_does_not_fit_is_refused_and_changes_nothing(supervisor: Till, sold: UUID, settle: Settle) -> None:
    body = {"lines": ONE, "refund_to": [{"method": "card", "amount_minor": PRICE_MINOR - 1}]}
    refused = settle(supervisor.post(f"/orders/{sold}/return", body, key="r"), supervisor)
    assert refused["outcome"]["code"] == "payment_does_not_match_total"
    assert Payment.objects.filter(kind="refund").count() == 0


@pytest.mark.parametrize(
    "row",
    [
        {"method": "card", "amount_minor": 0},
        {"method": "cheque", "amount_minor": 1},
        {"amount_minor": 1},
        {"method": "card", "amount_minor": 1, "payment": "x"},
    ],
)
def test_a_row_of_the_wrong_shape_is_refused_at_once(supervisor: Till, sold: UUID, row: dict[str, Any]) -> None:
    refused = supervisor.post(f"/orders/{sold}/return", {"lines": ONE, "refund_to": [row]}, key="r")
    assert refused.status == 422


def test_a_gift_is_paid_numbered_and_stays_paid(supervisor: Till, settle: Settle, settings: Settings) -> None:
    settings.INVOICE_POOL_LOW = settings.INVOICE_POOL_TARGET = 300
    refill_invoice_pool(PaperBooks())
    InvoiceNumber.objects.filter(refill=None).update(state="void", voided_at=timezone.now(), void_reason="not fetched")
    lines = [{"sku": "TEA-80", "quantity": 3, "unit_price_minor": 0}]
    made = supervisor.post("/orders", {"currency": "GBP", "fulfilment": "immediate", "lines": lines})
    order_id = made.body["id"]
    assert (
        supervisor.post(
            f"/orders/{order_id}/pay", {"tenders": [{"method": "card", "amount_minor": 0}]}, key="p0"
        ).status
        == 422
    )
    paid = settle(supervisor.post(f"/orders/{order_id}/pay", {"tenders": []}, key="p"), supervisor)
    assert paid["result"]["invoice_number"]
    back = settle(supervisor.post(f"/orders/{order_id}/return", {"lines": ONE}, key="r"), supervisor)
    order = supervisor.get(f"/orders/{order_id}").body
    assert order["payment_status"] == "paid"
    assert back["result"]["refunds"] == []
    assert not JournalEntry.objects.exists()
    assert [one.reason for one in VoidNotice.objects.all()] == ["nothing to post", "nothing to post"]
