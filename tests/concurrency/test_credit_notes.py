"""Several returns want numbers at once, a refill comes, and what waited is numbered beside them."""

from contextlib import nullcontext
from functools import partial
from uuid import UUID

import psycopg
import pytest
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.number_late_sales import number_late_sales
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import CreditNote, InvoiceNumber
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.race import race
from tests.support.network.statements import stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states

pytestmark = pytest.mark.usefixtures("own_database")

LINES = [{"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}]


def sold(shop: Shop, count: int) -> list[UUID]:
    orders = [shop.sale(("POSTAGE", 2))[0] for _ in range(count)]
    execute(orders)
    return orders


def come_back(shop: Shop, orders: list[UUID]) -> list[UUID]:
    return [shop.submit(Kind.RETURN, order_id, lines=LINES) for order_id in orders]


def settle(order_id: UUID) -> None:
    execute([order_id], helps=False)


def numbers() -> list[str]:
    """Of the credit notes."""
    return list(InvoiceNumber.objects.exclude(credit_note=None).values_list("number", flat=True))


def test_eight_returns_at_once_share_three_numbers_and_five_wait() -> None:
    shop = open_shop(numbers=11)
    orders = sold(shop, 8)
    commands = come_back(shop, orders)
    for settled in [begin(partial(settle, id_)) for id_ in orders]:
        settled.result(PATIENCE_S)
    assert states(commands) == ["applied"] * 8
    assert len(set(numbers())) == 3
    assert CreditNote.objects.filter(pending=True).count() == 5
    assert audit() == []
    shop.add_numbers(5)
    numbering = [begin(number_late_sales) for _ in range(3)]
    assert sum(one.result(PATIENCE_S) for one in numbering) == 5
    assert len(set(numbers())) == 8
    assert audit() == []


def test_a_refill_beside_them_numbers_each_once(settings: Settings) -> None:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET, settings.INVOICE_POOL_TARGET_MAX = 5, 20, 20
    shop = open_shop(numbers=11)
    orders = sold(shop, 8)
    commands = come_back(shop, orders)

    def refill() -> None:
        refill_invoice_pool(PaperBooks())
        number_late_sales()

    settling = [begin(partial(settle, id_)) for id_ in orders]
    beside = [begin(refill), begin(refill)]
    for one in [*settling, *beside]:
        one.result(PATIENCE_S)
    number_late_sales()
    assert states(commands) == ["applied"] * 8
    assert (len(set(numbers())), CreditNote.objects.filter(pending=True).count()) == (8, 0)
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_returns_want_a_number(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both take the oldest; that a number is given only while it is free is the second guard."""
    if not locked:
        without_lock(monkeypatch, about="FROM orders_invoicenumber")
    shop = open_shop(numbers=5)
    one, other = sold(shop, 2)
    come_back(shop, [one, other])
    with nullcontext() if locked else pytest.raises(AssertionError, match="not free"):
        race(monkeypatch, lambda: settle(one), lambda: settle(other), at="save")
    assert len(set(numbers())) == (2 if locked else 1)
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_number_what_waits(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its lock both have the same credit note, and the database refuses it a second number."""
    shop = open_shop(numbers=1)
    (order_id,) = sold(shop, 1)
    come_back(shop, [order_id])
    settle(order_id)
    shop.add_numbers(2)
    if not locked:
        without_lock(monkeypatch, about="FROM orders_creditnote AS note")
    gate = Gate()
    stopped_before(monkeypatch, gate, about="INSERT INTO orders_invoicenumber")
    stopped = begin(number_late_sales)
    gate.wait_reached()
    assert begin(number_late_sales).result(PATIENCE_S) == (0 if locked else 1)
    gate.open()
    with nullcontext() if locked else pytest.raises(psycopg.errors.UniqueViolation):
        assert stopped.result(PATIENCE_S) == 1
    assert len(numbers()) == 1
    assert audit() == []
