"""What cannot be done now hides nothing that can, and is not tried again until something of it has changed."""

from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from inventory.models import Hold
from orders.commands.core.machine import Kind
from orders.models import Command, Order, OrderLine
from orders.sales.db import backorders
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop
from workers import expire
from workers.backorders import allocate_backorders

pytestmark = pytest.mark.usefixtures("own_database")


def reserved(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    return order_id


def lapse(*order_ids: UUID) -> None:
    cursor().execute(
        "UPDATE inventory_hold SET expires_at = now() - interval '1 s' WHERE order_id = ANY(%s)", (list(order_ids),)
    )


def park(shop: Shop, order_id: UUID) -> None:
    """An operator has to look at the order before anything else is done with it."""
    command_id = shop.submit(Kind.EXTEND, order_id)
    Command.objects.filter(id=command_id).update(state="parked", attempts=5)


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_holds_that_cannot_be_released_do_not_hide_newer_ones(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire, "LIMIT", limit)
    shop = open_shop()
    stuck = [reserved(shop) for _ in range(4)]
    for order_id in stuck:
        park(shop, order_id)
    lapse(*stuck)
    assert expire.expire_holds() == len(stuck)
    execute([])
    assert expire.expire_holds() == 0

    newer = reserved(shop)
    lapse(newer)

    assert expire.expire_holds() == 1
    execute([newer])
    assert Order.objects.get(id=newer).status == "draft"
    assert shop.level("TEA-80") == (10, len(stuck))


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_waits_for_stock_that_cannot_end_do_not_hide_newer_ones(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire, "LIMIT", limit)
    shop = open_shop(shelf={"TEA-80": 0})
    shop.set(hold_expires_s=600)
    stuck = [waiting(shop, "TEA-80", 1) for _ in range(4)]
    for order_id in stuck:
        park(shop, order_id)
    end_waits()
    assert expire.expire_holds() == len(stuck)
    execute([])
    assert expire.expire_holds() == 0

    newer = waiting(shop, "TEA-80", 1)
    end_waits()

    assert expire.expire_holds() == 1
    execute([newer])
    assert Order.objects.get(id=newer).status == "draft"
    assert set(OrderLine.objects.values_list("order_id", "backordered_quantity")) == {
        (newer, 0),
        *((order_id, 1) for order_id in stuck),
    }


def end_waits() -> None:
    """Of those that have an end, and hold nothing."""
    assert (
        cursor()
        .execute("UPDATE orders_order SET awaits_until = now() - interval '1 s' WHERE awaits_until > now()")
        .rowcount
    )


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_references_that_cannot_be_released_do_not_hide_newer_ones(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire, "LIMIT", limit)
    shop = open_shop()
    for number in range(4):
        held(shop, f"WEB-{number}")
    lapse_references()
    assert expire.expire_holds() == 4
    Command.objects.filter(kind=Kind.RELEASE_HOLD).update(state="parked", attempts=5)

    held(shop, "WEB-9")
    lapse_references()

    assert expire.expire_holds() == 1
    execute([shop.store_id])
    assert set(Hold.objects.values_list("reference", flat=True)) == {f"WEB-{number}" for number in range(4)}
    assert expire.expire_holds() == 0


def held(shop: Shop, reference: str) -> None:
    shop.submit(Kind.HOLD, reference=reference, items=[{"sku": "TEA-80", "quantity": 1}], expires_in_s=600)
    execute([shop.store_id])


def lapse_references() -> None:
    cursor().execute("UPDATE inventory_hold SET expires_at = now() - interval '1 s' WHERE expires_at > now()")


def test_an_order_that_a_strategy_does_not_serve_is_told_again_only_when_stock_has_changed(settings: Settings) -> None:
    settings.ALLOCATION_STRATEGY = "tests.support.shop.strategies.from_one_place"
    shop = open_shop(shelf={"TEA-80": 0}, stockroom={"TEA-80": 0})
    order_id = shop.order(("TEA-80", 6), fulfilment="shipment")
    shop.submit(Kind.RESERVE, order_id, shortage="backorder")
    execute([order_id])
    for location in ("shop", "stockroom"):
        shop.receive("TEA-80", 3, location=location)
    execute([shop.store_id])

    assert allocate_backorders() == 1
    execute([order_id])
    assert OrderLine.objects.get().backordered_quantity == 6
    assert [allocate_backorders() for _ in range(3)] == [0, 0, 0]

    shop.receive("TEA-80", 3)
    execute([shop.store_id])
    assert allocate_backorders() == 1
    execute([order_id])
    assert OrderLine.objects.get().backordered_quantity == 0
    assert sum(Hold.objects.values_list("quantity", flat=True)) == 6
    assert allocate_backorders() == 0


def waiting(shop: Shop, sku: str, quantity: int) -> UUID:
    order_id = shop.order((sku, quantity), fulfilment="shipment")
    shop.submit(Kind.RESERVE, order_id, shortage="backorder")
    execute([order_id])
    return order_id


def test_those_who_are_told_in_vain_hide_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few are looked at in one go, of one product or of the next."""
    monkeypatch.setattr(backorders, "ORDERS_MAX", 1)
    monkeypatch.setattr(backorders, "PRODUCTS_MAX", 1)
    shop = open_shop(shelf={"TEA-80": 0, "MUG-RED": 0})
    first, stuck, third, other = (waiting(shop, sku, 2) for sku in ("TEA-80", "TEA-80", "TEA-80", "MUG-RED"))
    park(shop, stuck)
    for sku in ("TEA-80", "MUG-RED"):
        shop.receive(sku, 5)
    execute([shop.store_id])

    assert allocate_backorders() == 4
    execute([first, stuck, third, other])

    left = dict(OrderLine.objects.values_list("order_id", "backordered_quantity"))
    assert left == {first: 0, stuck: 2, third: 1, other: 0}
    assert allocate_backorders() == 0


def test_a_line_waits_since_its_order_does() -> None:
    """Also where in one batch the order stops waiting and begins anew, for as much as before."""
    shop = open_shop(shelf={"TEA-80": 0})
    order_id = waiting(shop, "TEA-80", 2)
    shop.submit(Kind.RELEASE, order_id)
    shop.submit(Kind.RESERVE, order_id, shortage="backorder")
    execute([order_id])
    assert Order.objects.get().backordered_at == OrderLine.objects.get().backordered_at
    assert OrderLine.objects.get().backordered_quantity == 2
