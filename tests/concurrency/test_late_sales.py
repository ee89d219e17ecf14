"""What waits for a number gets it beside those who work on the same orders, and beside others who number."""

from contextlib import nullcontext
from uuid import UUID

import psycopg
import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.number_late_sales import number_late_sales
from orders.models import InvoiceNumber
from tests.support.network.statements import rewritten, stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")

SALES = '"order" WHERE invoice_pending'
HAS = "SELECT FROM orders_order WHERE id = %s FOR NO KEY UPDATE"


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=0)


def sold(shop: Shop, count: int) -> list[UUID]:
    orders = [shop.sale(("POSTAGE", 2))[0] for _ in range(count)]
    execute(orders)
    return orders


def numbered() -> list[tuple[UUID | None, UUID | None]]:
    """(sale, credit note) of each number that is given."""
    given = InvoiceNumber.objects.exclude(state="free").order_by("id")
    return list(given.values_list("order_id", "credit_note_id"))


@pytest.mark.parametrize("skips", [True, False])
def test_an_order_that_somebody_works_on_keeps_no_other_from_its_number(
    shop: Shop, skips: bool, monkeypatch: pytest.MonkeyPatch, own_database: str
) -> None:
    if not skips:
        rewritten(monkeypatch, "SKIP LOCKED", "", about=SALES)
    held, other = sold(shop, 2)
    shop.add_numbers(2)
    with psycopg.connect(own_database) as somebody:
        somebody.execute(HAS, (held,))
        numbering = begin(number_late_sales)
        until_done_or_waiting(numbering)
        assert numbered() == ([(other, None)] if skips else [])
    assert numbering.result(PATIENCE_S) == (1 if skips else 2)
    assert number_late_sales() == (1 if skips else 0)
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_number_one_sale(shop: Shop, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its lock both have it, and the database refuses it a second number."""
    if not locked:
        without_lock(monkeypatch, about=SALES)
    sales = sold(shop, 1)
    shop.add_numbers(2)
    gate = Gate()
    stopped_before(monkeypatch, gate, about="INSERT INTO orders_invoicenumber")
    stopped = begin(number_late_sales)
    gate.wait_reached()
    assert begin(number_late_sales).result(PATIENCE_S) == (0 if locked else 1)
    gate.open()
    with nullcontext() if locked else pytest.raises(psycopg.errors.UniqueViolation):
        assert stopped.result(PATIENCE_S) == 1
    assert numbered() == [(sales[0], None)]
    assert audit() == []


@pytest.mark.parametrize("waits", [True, False])
def test_a_credit_note_leaves_the_number_to_its_sale(
    shop: Shop, waits: bool, monkeypatch: pytest.MonkeyPatch, own_database: str
) -> None:
    """Also while the sale is passed over, since somebody works on its order."""
    if not waits:
        rewritten(monkeypatch, 'AND NOT "order".invoice_pending', "")
    (sale,) = sold(shop, 1)
    lines = [{"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}]
    note = shop.submit(Kind.RETURN, sale, lines=lines)
    execute([sale], helps=False)
    shop.add_numbers(1)
    with psycopg.connect(own_database) as somebody:
        somebody.execute(HAS, (sale,))
        assert number_late_sales() == (0 if waits else 1)
    assert number_late_sales() == (1 if waits else 0)
    assert numbered() == [(sale, None) if waits else (None, note)]
    assert (audit() == []) is waits
