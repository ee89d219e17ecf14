"""Credit notes whose number follows, is refused, or is void."""

from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.invoicing.number_late_sales import number_late_sales
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.invoicing.outside.tell_voids import relay_voids
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.credit_notes import NONE, ONE, free, noted, report, take_pool_away
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till


@pytest.fixture
def chain(own_database: str) -> Chain:
    """In a database of its own, which can be audited."""
    return open_chain()


def test_while_the_pool_is_empty_it_is_pending_and_bound_later(
    supervisor: Till, backoffice: Till, shop: Shop, sell: Any, ask: Any, books: PaperBooks
) -> None:
    order_id = sell(3)
    take_pool_away(shop)
    told = ask(order_id, "return", {"lines": ONE})
    assert noted(told) == {"credit_note_number": None, "credit_note_pending": True}
    waits = {"number": None, "pending": True, "command_id": told["id"]}
    assert supervisor.get(f"/orders/{order_id}").body["credit_notes"] == [waits]
    pool = backoffice.get("/invoice-pool").body
    assert (pool["sales_waiting"], pool["credit_notes_waiting"]) == (0, 1)
    relay_outbox(books)
    assert [kind for _, kind in books.kinds] == ["sale"]
    assert audit() == []
    (number,) = shop.add_numbers(1)
    assert number_late_sales() == 1
    assert supervisor.get(f"/orders/{order_id}").body["credit_notes"] == [{**waits, "number": number, "pending": False}]
    relay_outbox(books)
    assert [entry.credit_note_number for _, entry in books.told] == [None, number]
    assert backoffice.get("/invoice-pool").body["credit_notes_waiting"] == 0
    assert audit() == []


def test_it_is_bound_after_the_sales_own_where_that_is_pending_too(
    supervisor: Till, shop: Shop, sell: Any, ask: Any
) -> None:
    take_pool_away(shop)
    order_id = sell(3)
    first = shop.add_numbers(1)
    told = [ask(order_id, "return", {"lines": ONE}, key=key) for key in ("a", "b")]
    assert [noted(one)["credit_note_pending"] for one in told] == [True, True]
    assert free(shop) == first, "a number is there, but the sale comes first"
    others = shop.add_numbers(1)
    assert number_late_sales() == 2
    order = supervisor.get(f"/orders/{order_id}").body
    assert order["invoice_number"] == first[0]
    assert [note["number"] for note in order["credit_notes"]] == [others[0], None]
    assert audit() == []
    last = shop.add_numbers(1)
    assert number_late_sales() == 1
    assert [note["number"] for note in supervisor.get(f"/orders/{order_id}").body["credit_notes"]] == others + last
    assert audit() == []


def test_what_waits_for_a_number_counts_for_a_refill(
    shop: Shop, sell: Any, ask: Any, books: PaperBooks, settings: Settings
) -> None:
    settings.INVOICE_POOL_TARGET_MAX = 20
    order_id = sell(3)
    take_pool_away(shop)
    for key in ("a", "b", "c"):
        ask(order_id, "return", {"lines": ONE}, key=key)
    refill_invoice_pool(books)
    assert [count for _, count in books.asked] == [20, 23]


@pytest.mark.parametrize(("kind", "body"), [("return", {"lines": ONE}), ("cancel", {})])
def test_a_shop_that_does_not_sell_without_a_number_does_not_refund_without_one(
    supervisor: Till, shop: Shop, sell: Any, ask: Any, settings: Settings, kind: str, body: Any
) -> None:
    order_id = sell(1)
    take_pool_away(shop)
    settings.INVOICE_POOL_EMPTY = "reject"
    refused = ask(order_id, kind, body, key="a")
    assert (refused["state"], refused["outcome"]["code"]) == ("rejected", "invoice_pool_empty")
    assert supervisor.get(f"/orders/{order_id}").body["status"] == "paid"
    (number,) = shop.add_numbers(1)
    assert noted(ask(order_id, kind, body, key="b"))["credit_note_number"] == number
    assert audit() == []


def test_what_takes_no_number_needs_none(supervisor: Till, shop: Shop, ask: Any, settings: Settings) -> None:
    deposit = supervisor.sell(("TEA-80", 2))
    ask(deposit, "reserve")
    ask(deposit, "pay", {"tenders": [{"method": "cash", "amount_minor": 100}], "partial": True})
    take_pool_away(shop)
    settings.INVOICE_POOL_EMPTY = "reject"
    told = ask(deposit, "cancel")
    assert (told["state"], told["result"]["refunded_minor"], noted(told)) == ("succeeded", 100, NONE)
    assert ask(supervisor.sell(), "cancel")["state"] == "succeeded"
    assert audit() == []


@pytest.mark.parametrize("is_late", [False, True])
def test_of_a_refund_of_nothing_the_number_is_taken_and_voided(
    supervisor: Till, auditor: Till, shop: Shop, ask: Any, books: PaperBooks, *, is_late: bool
) -> None:
    lines = [{"sku": "TEA-80", "quantity": 1, "unit_price_minor": 0}]
    made = supervisor.post("/orders", {"currency": "GBP", "fulfilment": "immediate", "lines": lines})
    order_id = UUID(made.body["id"])
    if is_late:
        take_pool_away(shop)
    ask(order_id, "pay", {"tenders": []})
    told = ask(order_id, "return", {"lines": ONE})
    assert told["result"]["credit_note_pending"] is is_late
    if is_late:
        refill_invoice_pool(books)
        assert number_late_sales() == 2
    order = supervisor.get(f"/orders/{order_id}").body
    paid, number = order["invoice_number"], order["credit_notes"][0]["number"]
    row = report(auditor)[number]
    assert (row["state"], row["void_reason"], row["credit_note_of"]) == ("void", "nothing to post", paid)
    assert (relay_outbox(books).done, relay_voids(books)) == (0, 2)
    assert books.voided == [("corner", paid, "nothing to post"), ("corner", number, "nothing to post")]
    assert audit() == []


def test_a_rehearsal_tells_whether_it_would_find_a_number(supervisor: Till, shop: Shop, sell: Any) -> None:
    order_id = sell(2)
    take_pool_away(shop)
    shop.add_numbers(1)
    items = [{"key": key, "kind": "return", "order_id": str(order_id), "body": {"lines": ONE}} for key in ("a", "b")]
    answer = supervisor.post("/commands?dry_run=true", items)
    assert [item["result"]["credit_note_pending"] for item in answer.body["items"]] == [False, True]
