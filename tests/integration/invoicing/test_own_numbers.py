"""A shop's own numbers: a series for each store, in which none is left out."""

from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.audit.round import audit
from orders.invoicing.db.sequence import next_numbers
from orders.models import InvoiceNumber
from tests.support.network.threads import begin, until_done_or_waiting
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop
from workers import execute as executing

NO_GAP = "the shop's own numbers have no gap"

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def _own(settings: Settings) -> None:
    settings.INVOICE_NUMBER_GENERATOR = "orders.invoicing.from_sequence"


def sell(shop: Shop, count: int) -> list[UUID]:
    sales = [shop.sale(("POSTAGE", 1))[0] for _ in range(count)]
    execute(sales)
    return sales


def numbers() -> list[str]:
    return list(InvoiceNumber.objects.order_by("number").values_list("number", flat=True))


def test_each_store_has_its_series() -> None:
    corner, harbour = open_shop("corner", numbers=0), open_shop("harbour", numbers=0)
    for shop in (corner, harbour, corner):
        sell(shop, 1)
    assert numbers() == ["CORNER-00000001", "CORNER-00000002", "HARBOUR-00000001"]
    assert set(InvoiceNumber.objects.values_list("state", flat=True)) == {"assigned"}
    assert audit() == []


def test_they_grow_where_eight_digits_end() -> None:
    shop = open_shop(numbers=0)
    cursor().execute("INSERT INTO orders_invoicecounter VALUES (%s, 99999998)", (shop.store_id,))
    sell(shop, 3)
    assert sorted(numbers(), key=len) == ["CORNER-99999999", "CORNER-100000000", "CORNER-100000001"]


def test_a_sale_that_rolls_back_leaves_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop(numbers=0)
    sell(shop, 1)
    order_id, _ = shop.sale()

    def fails(*_: object, **__: object) -> None:
        raise ConnectionAbortedError("before the commit")

    with monkeypatch.context() as patch:
        patch.setattr(executing, "save", fails)
        with pytest.raises(ConnectionAbortedError):
            execute([order_id])
    execute([order_id])
    assert numbers() == ["CORNER-00000001", "CORNER-00000002"]
    assert audit() == []


def test_who_draws_meanwhile_gets_what_was_given_back() -> None:
    one = open_shop(numbers=0).store_id
    with transaction.atomic():
        assert next_numbers({one: 2}) == {one: ["CORNER-00000001", "CORNER-00000002"]}
        other = begin(lambda: next_numbers({one: 1}))
        transaction.set_rollback(True)
    assert other.result(timeout=60) == {one: ["CORNER-00000001"]}


def test_whoever_waits_for_a_store_has_none_that_comes_after_it(own_database: str) -> None:
    """Stores are counted on in one order, whatever the order of the sales: so nobody waits in a ring."""
    first, second = open_shop("corner", numbers=0).store_id, open_shop("harbour", numbers=0).store_id
    next_numbers({first: 1, second: 1})
    with psycopg.connect(own_database) as somebody:
        somebody.execute("SELECT FROM orders_invoicecounter WHERE store_id = %s FOR UPDATE", (first,))
        waiting = begin(lambda: next_numbers({second: 1, first: 1}))
        until_done_or_waiting(waiting)
        assert begin(lambda: next_numbers({second: 1})).result(timeout=60) == {second: ["HARBOUR-00000002"]}
        somebody.rollback()
    assert waiting.result(timeout=60) == {second: ["HARBOUR-00000003"], first: ["CORNER-00000002"]}


def test_a_number_that_is_gone_is_told() -> None:
    shop = open_shop(numbers=0)
    _, second, _ = sell(shop, 3)
    gone = f"DELETE FROM orders_invoicenumber WHERE order_id = '{second}'"
    waits = f"UPDATE orders_order SET invoice_pending = true WHERE id = '{second}'"
    unsent = f"UPDATE orders_journalentry SET next_attempt_at = NULL WHERE order_id = '{second}'"
    assert broken_by(gone, waits, unsent) == {NO_GAP}


def test_a_number_that_was_drawn_for_nobody_is_told() -> None:
    shop = open_shop(numbers=0)
    sell(shop, 1)
    assert broken_by("UPDATE orders_invoicecounter SET drawn = drawn + 1") == {NO_GAP}


def test_numbers_of_another_function_do_not_count(settings: Settings) -> None:
    shop = open_shop(numbers=0)
    sell(shop, 1)
    settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.own_numbers"
    sell(shop, 1)
    assert audit() == []
