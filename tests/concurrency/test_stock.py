"""Several tills want the same goods. Each test is run once more without its protection, and the goods are oversold."""

from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from uuid import UUID

import psycopg
import pytest

from base.sql.sets import Cursor
from inventory.core.levels import Tally
from inventory.db import load as levels
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.commands.core.order import Order
from orders.journal.db import load as loading
from tests.support.network.race import race
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import Shop, open_shop, states

pytestmark = pytest.mark.usefixtures("own_database")


def settle(*orders: UUID) -> None:
    execute(orders, helps=False)


@pytest.mark.parametrize("locked", [True, False])
def test_two_tills_and_the_last_unit(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not locked:
        without_lock(monkeypatch, about="inventory_stocklevel")
    shop = open_shop(shelf={"TEA-80": 1})
    (one, first), (other, second) = shop.sale(), shop.sale()
    race(monkeypatch, lambda: settle(one), lambda: settle(other))
    assert (states([first, second]) == ["applied", "stock_insufficient"]) is locked
    assert (audit() == []) is locked


@pytest.mark.parametrize("locked", [True, False])
def test_eight_buyers_and_five_units(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not locked:
        without_lock(monkeypatch, about="inventory_stocklevel")
    shop = open_shop(shelf={"TEA-80": 5})
    sales = [shop.sale() for _ in range(8)]
    race(monkeypatch, *(lambda order_id=order_id: settle(order_id) for order_id, _ in sales))
    sold = states([command_id for _, command_id in sales]).count("applied")
    assert (sold, shop.level("TEA-80")) == ((5, (0, 0)) if locked else (6, (4, 0)))
    assert (audit() == []) is locked


@pytest.mark.parametrize("locked", [True, False])
def test_a_delivery_that_arrives_during_a_sale(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not locked:
        without_lock(monkeypatch, about="inventory_stocklevel")
    shop = open_shop(shelf={"TEA-80": 2})
    order_id, sale = shop.sale()
    receive = shop.receive("TEA-80", 10)
    race(monkeypatch, lambda: settle(order_id), lambda: execute([shop.store_id], helps=False))
    assert states([sale, receive]) == ["applied", "applied"]
    assert shop.level("TEA-80") == ((11, 0) if locked else (1, 0))
    assert (audit() == []) is locked


def test_goods_that_are_moved_to_a_new_level_during_a_sale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the old level sees that it is empty by now, and not the new one, unless it looks anew."""
    shop = open_shop(shelf={"TEA-80": 1})
    order_id, sale = shop.sale()
    moved = {"sku": "TEA-80", "quantity": 1, "from_location": "shop", "to_location": "stockroom"}
    transfer = shop.submit(Kind.TRANSFER, items=[moved], reason="")
    race(monkeypatch, lambda: execute([shop.store_id], helps=False), lambda: run([order_id]))
    assert states([transfer, sale]) == ["applied", "applied"]
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_rings_for_one_store(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both have the same delivery; that only what is pending is settled is the second guard."""
    if not locked:
        without_lock(monkeypatch, about="SELECT id FROM inventory_store")
    shop = open_shop()
    receive = shop.receive("TEA-80", 5)
    ring = partial(execute, [shop.store_id], helps=False)
    with nullcontext() if locked else pytest.raises(AssertionError, match="still pending"):
        race(monkeypatch, ring, ring)
    assert states([receive]) == ["applied"]
    assert shop.level("TEA-80") == (15, 0)
    assert audit() == []


def held_in_two_places(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 5), fulfilment="shipment")
    paid = shop.pay(order_id)
    settle(order_id)
    assert states([paid]) == ["applied"]
    return order_id


@pytest.mark.parametrize("locked", [True, False])
def test_two_orders_fulfilled_from_two_locations(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stock for either line as a whole is nowhere, so both hold some in each location."""
    if not locked:
        without_lock(monkeypatch, about="inventory_stocklevel")
    shop = open_shop(shelf={"TEA-80": 4}, stockroom={"TEA-80": 8})
    one, other = held_in_two_places(shop), held_in_two_places(shop)
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((4, 4), (8, 6))
    shipped = [shop.submit(Kind.FULFILL, order_id) for order_id in (one, other)]
    race(monkeypatch, lambda: settle(one), lambda: settle(other))
    assert states(shipped) == ["applied", "applied"]
    assert ((shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((0, 0), (2, 0))) is locked
    assert (audit() == []) is locked


@pytest.mark.parametrize("summed", [True, False])
def test_two_lines_of_one_sku_take_from_the_same_stock(summed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second line did not see what the first one took, the order would sell the unit twice."""
    if not summed:
        monkeypatch.setattr(Tally, "_current", lambda tally, product_id: list(tally._stock[product_id]))
    shop = open_shop(shelf={"TEA-80": 3})
    order_id, pay = shop.sale(("TEA-80", 2), ("TEA-80", 2))
    if summed:
        settle(order_id)
        assert states([pay]) == ["stock_insufficient"]
    else:
        with pytest.raises(AssertionError, match="outbound leaves"):
            settle(order_id)
    assert shop.level("TEA-80") == (3, 0)


@pytest.mark.parametrize("by_id", [True, False])
def test_opposite_lines_do_not_deadlock(by_id: bool, monkeypatch: pytest.MonkeyPatch, own_database: str) -> None:
    """Whoever locked levels line by line would hold one while waiting for the other."""
    if not by_id:
        monkeypatch.setattr(loading, "concerned", in_order_of_lines)
        monkeypatch.setattr(loading, "lock_levels", one_after_the_other)
    shop = open_shop()
    tea_first, one = shop.sale(("TEA-80", 1), ("MUG-RED", 1))
    mug_first, other = shop.sale(("MUG-RED", 1), ("TEA-80", 1))
    tea_level = "SELECT FROM inventory_stocklevel JOIN inventory_product AS product ON product.id = product_id"
    with psycopg.connect(own_database) as somebody:
        somebody.execute(f"{tea_level} WHERE sku = 'TEA-80' FOR UPDATE OF inventory_stocklevel".encode())
        first = begin(lambda: settle(tea_first))
        until_done_or_waiting(first)
        second = begin(lambda: settle(mug_first))
        until_done_or_waiting(first, second)
    faults = [type(fault) for future in (first, second) if (fault := future.exception(PATIENCE_S))]
    assert faults == ([] if by_id else [psycopg.errors.DeadlockDetected])
    assert states([one, other]).count("applied") == (2 if by_id else 1)


def in_order_of_lines(orders: Iterable[Order], *_: object) -> list[int]:
    return [line.product_id for order in orders for line in order.lines]


def one_after_the_other(cursor: Cursor, product_ids: Iterable[int]) -> levels.Levels:
    locked = [levels.lock_levels(cursor, [product_id]) for product_id in product_ids]
    by_product = {id_: found for one in locked for id_, found in one.by_product.items()}
    return levels.Levels(by_product, {key: id_ for one in locked for key, id_ in one.ids.items()})
