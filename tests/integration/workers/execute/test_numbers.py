"""Invoice numbers: each sale takes its own, nobody waits for one, and none is lost or given twice."""

from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.db.numbers import take_free
from orders.invoicing.number_late_sales import number_late_sales
from orders.models import Command, InvoiceNumber, Order
from tests.support.network.threads import begin
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import execute as executing

pytestmark = pytest.mark.usefixtures("own_database")


def numbers_of(*orders: UUID) -> list[str | None]:
    found = dict(InvoiceNumber.objects.values_list("order_id", "number"))
    return [found.get(order_id) for order_id in orders]


def sell(shop: Shop, count: int) -> list[UUID]:
    sales = [shop.sale(("POSTAGE", 1)) for _ in range(count)]
    execute([order_id for order_id, _ in sales])
    return [order_id for order_id, _ in sales]


def free(shop: Shop) -> list[str]:
    of_store = InvoiceNumber.objects.filter(store_id=shop.store_id, state="free")
    return list(of_store.order_by("id").values_list("number", flat=True))


def test_the_oldest_numbers_are_taken_first_in_the_order_of_the_sales() -> None:
    shop = open_shop(numbers=5)
    numbers = free(shop)
    orders = sell(shop, 3)
    assert numbers_of(*orders) == numbers[:3]
    assert free(shop) == numbers[3:]
    row = InvoiceNumber.objects.get(number=numbers[0])
    assert row.command_id
    assert (row.state, row.order_id) == ("assigned", orders[0])
    assert Command.objects.filter(id=row.command_id, result__invoice_number=numbers[0]).exists()


def test_two_open_transactions_take_different_numbers_and_neither_waits() -> None:
    shop = open_shop(numbers=5)
    numbers = free(shop)
    with transaction.atomic():
        assert take_free({shop.store_id: 2}) == {shop.store_id: numbers[:2]}
        other = begin(lambda: take_free({shop.store_id: 9}))
        assert other.result(timeout=60) == {shop.store_id: numbers[2:]}


def test_a_sale_that_rolls_back_gives_its_number_back(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop(numbers=1)
    order_id, command_id = shop.sale()

    def fails(*_: object, **__: object) -> None:
        raise ConnectionAbortedError("before the commit")

    with monkeypatch.context() as patch:
        patch.setattr(executing, "save", fails)
        with pytest.raises(ConnectionAbortedError):
            execute([order_id])
    assert state(command_id) == "pending"
    assert len(free(shop)) == 1
    execute([order_id])
    assert numbers_of(order_id) == [f"INV-{shop.store_id}-0001"]


def test_an_empty_pool_defers_and_the_oldest_sale_is_numbered_first() -> None:
    shop = open_shop(numbers=1)
    orders = [order_id for _ in range(4) for order_id in sell(shop, 1)]
    waiting = Order.objects.filter(invoice_pending=True).order_by("paid_at").values_list("id", flat=True)
    assert list(waiting) == orders[1:]
    assert audit() == []
    numbers = shop.add_numbers(2)
    assert number_late_sales() == 2
    assert numbers_of(*orders[1:]) == [*numbers, None]
    assert audit() == []


def test_a_deferred_sale_says_so() -> None:
    shop = open_shop(numbers=0)
    order_id, command_id = shop.sale()
    execute([order_id])
    assert Command.objects.filter(id=command_id, result__invoice_number=None, result__invoice_pending=True).exists()


def test_a_store_without_numbers_does_not_hold_up_the_late_sales_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its waiting sales are the oldest, and as many as are numbered at a time."""
    monkeypatch.setattr("orders.invoicing.number_late_sales.BATCH", 2)
    dry, served = open_shop("corner", numbers=0), open_shop("harbour", numbers=0)
    waiting, numbered = sell(dry, 3), sell(served, 3)
    served.add_numbers(5)
    assert number_late_sales() == 3
    assert numbers_of(*waiting) == [None] * 3
    assert None not in numbers_of(*numbered)
    assert audit() == []


def test_an_empty_pool_may_refuse_instead(settings: Settings) -> None:
    settings.INVOICE_POOL_EMPTY = "reject"
    shop = open_shop(shelf={"TEA-80": 3}, numbers=2)
    sales = [shop.sale(("TEA-80", 1)) for _ in range(3)]
    execute([order_id for order_id, _ in sales])
    assert states([command_id for _, command_id in sales]) == ["applied", "applied", "invoice_pool_empty"]
    assert shop.level("TEA-80") == (1, 0)
    assert Order.objects.get(id=sales[2][0]).status == "draft"
    assert audit() == []


def test_behind_what_found_no_number_holds_give_way_all_the_same(settings: Settings) -> None:
    """With its number the second return would have brought back what is written off. The first one keeps its own."""
    settings.INVOICE_POOL_EMPTY = "reject"
    shop = open_shop(shelf={"TEA-80": 5}, numbers=3)
    orders = [shop.sale(("TEA-80", 1))[0] for _ in range(2)]
    execute(orders)
    one = {"sku": "TEA-80", "quantity": 1}
    shop.submit(Kind.HOLD, reference="WEB-1", items=[{**one, "quantity": 3}])
    execute([shop.store_id])
    back = [shop.submit(Kind.RETURN, id_, lines=[{**one, "condition": "sellable"}]) for id_ in orders]
    items = [{**one, "quantity": 2, "location": "shop"}]
    written_off = shop.submit(Kind.WRITE_OFF, items=items, reason="broken", shortage="release")
    execute([*orders, shop.store_id])
    assert states([*back, written_off]) == ["applied", "invoice_pool_empty", "applied"]
    assert shop.level("TEA-80") == (2, 2)
    assert audit() == []


def test_numbers_may_come_from_the_shops_own_function(settings: Settings) -> None:
    settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.own_numbers"
    shop = open_shop(numbers=0)
    (order_id,) = sell(shop, 1)
    assert str(*numbers_of(order_id)).startswith(f"OWN-{shop.store_id}-")


def test_a_function_that_repeats_a_number_doubles_none(settings: Settings) -> None:
    settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.always_the_same"
    shop = open_shop(numbers=0)
    (first, _), (second, command_id) = shop.sale(), shop.sale()
    assert run([first]) == []
    (failure,) = run([second])
    assert isinstance(failure, (AssertionError, psycopg.Error))
    assert numbers_of(first, second) == ["1", None]
    assert state(command_id) == "parked"
    assert Order.objects.get(id=second).status == "draft"


def test_no_late_sale_is_taken_for_numbered_that_is_not(settings: Settings) -> None:
    shop = open_shop(numbers=0)
    (waiting,) = sell(shop, 1)
    settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.always_the_same"
    (numbered,) = sell(shop, 1)
    with pytest.raises(AssertionError, match="not free"):
        number_late_sales()
    assert numbers_of(numbered, waiting) == ["1", None]
    assert audit() == []
