"""Paying in parts: what is held stays held, the invoice comes with the last part, cancelling gives the parts back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.models import JournalEntry
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.guards import remove
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

TOTAL = 4 * PRICE_MINOR

Settle = Callable[[Answer, Till], Any]


@pytest.fixture
def chain(own_database: str) -> Chain:
    """In a database of its own, which can be audited."""
    return open_chain()


@pytest.fixture
def order_id(pos: Till, settle: Settle) -> UUID:
    """Four teas, held for a minute."""
    order_id = pos.sell(("TEA-80", 4))
    assert settle(pos.post(f"/orders/{order_id}/reserve", {"expires_in_s": 60}, key="r"), pos)["state"] == "succeeded"
    return order_id


def part(till: Till, settle: Settle, order_id: UUID, *tenders: tuple[str, int], key: str, **more: Any) -> Any:
    body = {"tenders": [{"method": method, "amount_minor": amount} for method, amount in tenders], **more}
    return settle(till.post(f"/orders/{order_id}/pay", body, key=key), till)


def test_parts_of_several_methods_make_up_the_whole(shop: Shop, pos: Till, settle: Settle, order_id: UUID) -> None:
    first = part(pos, settle, order_id, ("cash", 100), ("card", 200), key="1", partial=True)
    assert first["result"] == {
        "order_status": "processing",
        "payment_status": "partially_paid",
        "change_minor": 0,
        "rounding_minor": 0,
        "due_minor": TOTAL - 300,
        "skipped": [],
        "backordered": [],
        "shortfalls": [],
        "invoice_number": None,
        "invoice_pending": False,
    }
    order = pos.get(f"/orders/{order_id}").body
    assert (order["paid_minor"], order["invoice_number"], order["paid_at"]) == (300, None, None)
    assert [hold["expires_at"] for hold in order["holds"]] == [None]
    last = part(pos, settle, order_id, ("cash", TOTAL), key="2", expected_total_minor=TOTAL)
    assert (last["result"]["change_minor"], last["result"]["order_status"]) == (300, "paid")
    assert last["result"]["invoice_number"]
    assert shop.level("TEA-80") == (6, 0)
    assert audit() == []


def test_cancelling_gives_the_deposit_back(pos: Till, supervisor: Till, settle: Settle, order_id: UUID) -> None:
    part(pos, settle, order_id, ("cash", 100), ("card", 200), key="1", partial=True)
    assert pos.post(f"/orders/{order_id}/cancel", key="c").code == "role_not_allowed"
    released = settle(pos.post(f"/orders/{order_id}/release", key="x"), pos)
    assert released["outcome"]["code"] == "transition_not_allowed"
    cancelled = settle(supervisor.post(f"/orders/{order_id}/cancel", key="c"), supervisor)
    assert cancelled["result"]["refunded_minor"] == 300
    order = pos.get(f"/orders/{order_id}").body
    assert (order["status"], order["payment_status"], order["invoice_number"]) == ("cancelled", "refunded", None)
    assert audit() == []


def test_a_deposit_is_booked_at_once_and_released_into_the_sale(
    shop: Shop, pos: Till, settle: Settle, order_id: UUID
) -> None:
    part(pos, settle, order_id, ("cash", 300), key="1", partial=True)
    books = PaperBooks()
    assert relay_outbox(books).done == 1
    part(pos, settle, order_id, ("card", TOTAL - 300), key="2")
    assert relay_outbox(books).done == 1
    order = pos.get(f"/orders/{order_id}").body
    assert books.kinds == [(str(order["number"]), "deposit"), (order["invoice_number"], "sale")]
    assert [tuple((p.account, p.amount_minor) for p in entry.postings) for _, entry in books.told] == [
        (("cash", 300), ("deposits", -300)),
        (("card", TOTAL - 300), ("deposits", 300), ("revenue", -TOTAL)),
    ]
    assert audit() == []


def test_a_deposit_that_is_not_owed_as_booked_is_a_drift(pos: Till, settle: Settle, order_id: UUID) -> None:
    part(pos, settle, order_id, ("cash", 300), key="1", partial=True)
    remove("entry_append_only", "orders_journalentry")
    JournalEntry.objects.update(postings=[["cash", 300], ["revenue", -300]])
    assert [drift.law for drift in audit()] == [
        "revenue and tax of what is paid are booked as its lines are worth, by tax",
        "deposits are owed until the sale",
    ]
