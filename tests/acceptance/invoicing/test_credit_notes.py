"""What a cancel or a return takes back of a paid order is a credit note, with a number of its own."""

from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.models import InvoiceNumber
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.credit_notes import NONE, ONE, free, noted, report
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Till


@pytest.fixture
def chain(own_database: str) -> Chain:
    """In a database of its own, which can be audited."""
    return open_chain()


def test_every_return_of_a_paid_sale_takes_a_number_of_its_own(
    supervisor: Till, shop: Shop, sell: Any, ask: Any
) -> None:
    numbers = free(shop)
    order_id = sell(3)
    first, second = (ask(order_id, "return", {"lines": ONE}, key=key) for key in ("a", "b"))
    assert noted(first) == {"credit_note_number": numbers[1], "credit_note_pending": False}
    assert noted(second) == {"credit_note_number": numbers[2], "credit_note_pending": False}
    order = supervisor.get(f"/orders/{order_id}").body
    assert order["invoice_number"] == numbers[0]
    assert order["credit_notes"] == [
        {"number": number, "pending": False, "command_id": told["id"]}
        for number, told in zip(numbers[1:3], (first, second), strict=True)
    ]
    assert audit() == []


def test_a_cancel_of_a_paid_sale_takes_a_number_of_its_own(supervisor: Till, shop: Shop, sell: Any, ask: Any) -> None:
    numbers = free(shop)
    told = ask(sell(2), "cancel")
    assert noted(told) == {"credit_note_number": numbers[1], "credit_note_pending": False}
    assert audit() == []


def test_a_cancel_of_the_part_that_was_not_shipped_is_a_credit_note_too(
    supervisor: Till, shop: Shop, sell: Any, ask: Any
) -> None:
    numbers = free(shop)
    order_id = sell(3, fulfilment="shipment")
    (line,) = supervisor.get(f"/orders/{order_id}").body["lines"]
    assert ask(order_id, "fulfill", {"lines": [{"line_id": line["id"], "quantity": 1}]})["state"] == "succeeded"
    assert noted(ask(order_id, "cancel"))["credit_note_number"] == numbers[1]
    assert noted(ask(order_id, "return", {"lines": ONE}))["credit_note_number"] == numbers[2]
    assert audit() == []


def test_what_was_never_paid_has_no_credit_note(supervisor: Till, shop: Shop, ask: Any) -> None:
    before = free(shop)
    draft, held = supervisor.sell(("TEA-80", 1)), supervisor.sell(("TEA-80", 1))
    ask(held, "reserve")
    for order_id in (draft, held):
        assert noted(ask(order_id, "cancel")) == NONE
        assert supervisor.get(f"/orders/{order_id}").body["credit_notes"] == []
    assert free(shop) == before
    assert audit() == []


def test_goods_that_come_back_before_they_are_paid_have_no_credit_note(supervisor: Till, shop: Shop, ask: Any) -> None:
    before = free(shop)
    lines = [{"sku": "TEA-80", "quantity": 2}]
    terms = {"currency": "GBP", "fulfilment": "shipment", "payment_terms": "on_account", "lines": lines}
    order_id = UUID(supervisor.post("/orders", terms).body["id"])
    for kind in ("reserve", "fulfill"):
        assert ask(order_id, kind)["state"] == "succeeded"
    assert noted(ask(order_id, "return", {"lines": ONE}, key="a")) == NONE
    paid = ask(order_id, "pay", {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]})
    assert paid["result"]["invoice_number"] == before[0]
    assert noted(ask(order_id, "return", {"lines": ONE}, key="b"))["credit_note_number"] == before[1]
    assert audit() == []


def test_a_cancelled_deposit_has_no_credit_note(supervisor: Till, shop: Shop, ask: Any) -> None:
    before = free(shop)
    order_id = supervisor.sell(("TEA-80", 2))
    ask(order_id, "reserve")
    ask(order_id, "pay", {"tenders": [{"method": "cash", "amount_minor": 1}], "partial": True})
    told = ask(order_id, "cancel")
    assert (told["result"]["refunded_minor"], noted(told)) == (1, NONE)
    assert (supervisor.get(f"/orders/{order_id}").body["credit_notes"], free(shop)) == ([], before)
    assert audit() == []


def test_it_is_told_to_accounting_under_its_own_number_and_names_the_sales(
    sell: Any, ask: Any, books: PaperBooks
) -> None:
    ask(sell(3), "return", {"lines": ONE})
    relay_outbox(books)
    sale, note = (entry for _, entry in books.told)
    assert (sale.invoice_number, sale.credit_note_number) == ("corner/00001", None)
    assert (note.kind, note.invoice_number, note.credit_note_number) == ("return", "corner/00001", "corner/00002")
    assert [(one.account, one.amount_minor) for one in note.postings] == [
        ("cash", -PRICE_MINOR),
        ("revenue", PRICE_MINOR),
    ]
    states = InvoiceNumber.objects.filter(number__in=["corner/00001", "corner/00002"]).values_list("state", flat=True)
    assert list(states) == ["posted", "posted"]
    assert audit() == []


def test_a_repeated_command_answers_the_same_number(supervisor: Till, shop: Shop, sell: Any, ask: Any) -> None:
    order_id = sell(2)
    told = ask(order_id, "return", {"lines": ONE}, key="a")
    left = free(shop)
    again = supervisor.post(f"/orders/{order_id}/return", {"lines": ONE}, key="a")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.body["result"] == told["result"]
    assert noted(again.body)["credit_note_number"]
    assert free(shop) == left


def test_the_report_names_credit_notes_and_what_they_are_of(
    supervisor: Till, auditor: Till, sell: Any, ask: Any, books: PaperBooks
) -> None:
    order_id = sell(3)
    for key in ("a", "b"):
        ask(order_id, "return", {"lines": ONE}, key=key)
    relay_outbox(books)
    rows = report(auditor)
    sale, first, second = (rows[f"corner/0000{n}"] for n in (1, 2, 3))
    assert (sale["credit_note_of"], sale["credit_notes"]) == ("", "corner/00002 corner/00003")
    assert [(row["credit_note_of"], row["credit_notes"]) for row in (first, second)] == [("corner/00001", "")] * 2
    assert {row["order_id"] for row in (sale, first, second)} == {str(order_id)}
    assert [row["state"] for row in (sale, first, second)] == ["posted"] * 3
    assert len({row["accounting_reference"] for row in (sale, first, second)}) == 3
    assert [row["missing_before"] for row in (sale, first, second)] == ["0"] * 3
    assert audit() == []


def test_its_number_cannot_be_voided(backoffice: Till, sell: Any, ask: Any) -> None:
    number = ask(sell(1), "cancel")["result"]["credit_note_number"]
    refused = backoffice.post("/invoice-pool/void", {"number": number, "reason": "mistake"})
    assert (refused.status, refused.code) == (409, "invoice_number_not_free")
    assert InvoiceNumber.objects.get(number=number).state == "assigned"


def test_a_shop_that_numbers_its_sales_itself_numbers_its_credit_notes_too(
    sell: Any, ask: Any, settings: Settings
) -> None:
    settings.INVOICE_NUMBER_GENERATOR = "orders.invoicing.from_sequence"
    assert noted(ask(sell(1), "cancel")) == {"credit_note_number": "CORNER-00000002", "credit_note_pending": False}
    assert audit() == []
