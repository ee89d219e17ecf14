"""A credit note that gives back no money, but takes back revenue or tax, says something: it is posted."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.invoicing.outside.tell_voids import relay_voids
from orders.models import InvoiceNumber
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.baskets import line, list_goods, order
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.counter import Counter, cash, parts, set_coin
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture
def chain(own_database: str) -> Chain:
    """In a database of its own, which can be audited."""
    return open_chain()


@pytest.fixture
def counter(supervisor: Till, settle: Settle) -> Counter:
    return Counter(supervisor, settle)


def posted(books: PaperBooks) -> list[list[tuple[str, int]]]:
    """Of credit notes."""
    while relay_outbox(books).done:
        continue
    told = [entry for _, entry in books.told if entry.credit_note_number]
    notes = InvoiceNumber.objects.filter(number__in=[entry.credit_note_number for entry in told])
    assert set(notes.values_list("state", flat=True)) == {"posted"}
    return [[(one.account, one.amount_minor) for one in entry.postings] for entry in told]


def test_goods_that_no_coin_was_paid_for(counter: Counter, backoffice: Till, books: PaperBooks) -> None:
    """0.02 are nothing in coins of 0.05, going and coming."""
    set_coin(backoffice, 5)
    order_id = counter.sell(2, cash(0))
    back = counter.bring_back(order_id)
    assert (parts(back), back["result"]["refunded_minor"], back["result"]["rounding_minor"]) == ([], 0, 2)
    assert posted(books) == [[("rounding", -2), ("revenue", 2)]]
    assert relay_voids(books) == 0
    assert audit() == []


def test_a_part_that_is_nothing_but_tax(counter: Counter, backoffice: Till, books: PaperBooks) -> None:
    """Of three for 0.02 with a tax of 0.01 the second is worth nothing, and its tax 0.01."""
    list_goods(backoffice)
    backoffice.put("/taxes/half", {"name": "Half", "rate": "100"})
    three = line("STAMP", 3, unit_price_minor=1, discount_minor=1, tax_code="half")
    order_id = counter.till.post("/orders", order(three)).body["id"]
    counter.pay(order_id, cash(2))
    one = [line("STAMP", condition="sellable")]
    given = [counter.command("return", order_id, lines=one)["result"]["refunded_minor"] for _ in range(3)]
    assert given == [1, 0, 1]
    assert posted(books) == [
        [("cash", -1), ("revenue", 1), ("tax", 0)],
        [("revenue", -1), ("tax", 1)],
        [("cash", -1), ("revenue", 1), ("tax", 0)],
    ]
    assert audit() == []
