"""Holds that lapse are released once, by commands like any other's."""

from uuid import UUID

import pytest

from inventory.db.sets import cursor
from orders.core.machine import Kind
from orders.models import Command, StatusChange
from tests.support.shop import Shop, open_shop, states
from tests.support.threads import PATIENCE_S, begin
from workers.audit import audit
from workers.execute import execute
from workers.expire import expire_holds

pytestmark = pytest.mark.usefixtures("own_database")


def lapse() -> None:
    """The time of every hold that has one is over."""
    cursor().execute("UPDATE inventory_hold SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL")


def reserved(shop: Shop, **order: str) -> UUID:
    order_id = shop.order(("TEA-80", 4), **order)
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    assert shop.level("TEA-80") == (10, 4)
    return order_id


def released() -> list[str]:
    commands = Command.objects.filter(issued_by="expire_holds").order_by("seq")
    return states(list(commands.values_list("id", flat=True)))


def test_a_lapsed_hold_is_released_once() -> None:
    shop = open_shop()
    order_id = reserved(shop)
    assert expire_holds() == 0
    lapse()
    assert [expire_holds(), expire_holds()] == [1, 0]
    execute([])
    assert expire_holds() == 0
    assert released() == ["applied"]
    assert shop.level("TEA-80") == (10, 0)
    assert list(StatusChange.objects.filter(order_id=order_id).values_list("kind", "reason").order_by("id"))[1:] == [
        ("release", "hold_expired")
    ]
    assert audit() == []


def test_two_at_once_release_it_once() -> None:
    shop = open_shop()
    reserved(shop)
    lapse()
    both = [begin(expire_holds) for _ in range(2)]
    assert sorted(future.result(PATIENCE_S) for future in both) == [0, 1]
    execute([])
    assert released() == ["applied"]


def test_a_hold_that_is_taken_again_lapses_again() -> None:
    shop = open_shop()
    order_id = reserved(shop)
    lapse()
    expire_holds()
    execute([order_id])
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    lapse()
    assert expire_holds() == 1
    execute([order_id])
    assert released() == ["applied", "applied"]
    assert shop.level("TEA-80") == (10, 0)


def test_who_pays_in_time_keeps_the_goods() -> None:
    """The release was accepted first, and finds nothing that has lapsed."""
    shop = open_shop()
    order_id = reserved(shop, fulfilment="shipment")
    shop.pay(order_id)
    execute([order_id])
    lapse()
    assert expire_holds() == 0
    assert shop.level("TEA-80") == (10, 4)


def test_what_remains_of_an_order_that_is_being_shipped_no_longer_lapses() -> None:
    """It cannot be released any more, so its lapsed hold would be looked at for ever."""
    shop = open_shop()
    order_id = reserved(shop, fulfilment="shipment", payment_terms="on_account")
    (line_id,) = cursor().execute("SELECT id FROM orders_orderline").fetchone() or ()
    shop.submit(Kind.FULFILL, order_id, lines=[{"line_id": str(line_id), "quantity": 1}])
    execute([order_id])
    assert shop.level("TEA-80") == (9, 3)
    lapse()
    assert expire_holds() == 0
    rest = shop.submit(Kind.FULFILL, order_id)
    execute([order_id])
    assert states([rest]) == ["applied"]
    assert shop.level("TEA-80") == (6, 0)


def test_long_references_that_begin_alike_are_both_released() -> None:
    shop = open_shop()
    for reference in ("R" * 254 + "1", "R" * 254 + "2"):
        shop.submit(Kind.HOLD, reference=reference, items=[{"sku": "TEA-80", "quantity": 2}], expires_in_s=600)
    execute([shop.store_id])
    assert shop.level("TEA-80") == (10, 4)
    lapse()
    assert expire_holds() == 2
    execute([shop.store_id])
    assert shop.level("TEA-80") == (10, 0)
    assert audit() == []
