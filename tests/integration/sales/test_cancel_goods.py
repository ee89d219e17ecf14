"""Goods of a cancelled sale go back to the locations that they left, whatever became of those since."""

from uuid import UUID

import pytest

from base.sql.sets import cursor
from inventory.models import Location, Product
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states

pytestmark = pytest.mark.usefixtures("own_database")


def sold(shop: Shop, *wanted: tuple[str, int]) -> UUID:
    order_id, command_id = shop.sale(*wanted)
    execute([order_id], helps=False)
    assert states([command_id]) == ["applied"]
    return order_id


def cancel(shop: Shop, order_id: UUID) -> None:
    command_id = shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    assert states([command_id]) == ["applied"]
    assert audit() == []


def levels(shop: Shop, sku: str = "TEA-80") -> tuple[tuple[int, int], tuple[int, int]]:
    return shop.level(sku), shop.level(sku, "stockroom")


def test_a_line_that_was_split_goes_back_in_parts() -> None:
    shop = open_shop(shelf={"TEA-80": 2}, stockroom={"TEA-80": 5})
    order_id = sold(shop, ("TEA-80", 6))
    assert levels(shop) == ((0, 0), (1, 0))
    cancel(shop, order_id)
    assert levels(shop) == ((2, 0), (5, 0))


def test_lines_of_one_sku_go_back_together() -> None:
    shop = open_shop(shelf={"TEA-80": 2}, stockroom={"TEA-80": 5})
    order_id = sold(shop, ("TEA-80", 2), ("TEA-80", 3), ("POSTAGE", 1))
    cancel(shop, order_id)
    assert levels(shop) == ((2, 0), (5, 0))


def test_another_order_of_locations_changes_nothing() -> None:
    shop = open_shop(shelf={"TEA-80": 2}, stockroom={"TEA-80": 5})
    order_id = sold(shop, ("TEA-80", 1))
    Location.objects.filter(code="stockroom").update(priority=-1)
    cancel(shop, order_id)
    assert levels(shop) == ((2, 0), (5, 0))


def test_a_product_that_is_no_longer_counted_goes_back_too() -> None:
    shop = open_shop()
    order_id = sold(shop, ("TEA-80", 3))
    Product.objects.filter(sku="TEA-80").update(tracks_stock=False)
    cancel(shop, order_id)
    assert shop.level("TEA-80") == (10, 0)


def test_a_product_that_is_counted_only_since_does_not() -> None:
    shop = open_shop()
    order_id = sold(shop, ("POSTAGE", 1), ("TEA-80", 1))
    Product.objects.filter(sku="POSTAGE").update(tracks_stock=True)
    cancel(shop, order_id)
    assert shop.level("TEA-80") == (10, 0)
    assert cursor().execute("SELECT count(*) FROM inventory_stockmovement WHERE kind = 'return_in'").fetchone() == (1,)


def test_an_order_that_came_out_of_the_archive_goes_back_too() -> None:
    shop = open_shop(shelf={"TEA-80": 2}, stockroom={"TEA-80": 5})
    order_id = sold(shop, ("TEA-80", 4))
    cursor().execute("UPDATE orders_order SET archived_at = now(), restored_at = now()")
    cancel(shop, order_id)
    assert levels(shop) == ((2, 0), (5, 0))


def test_only_a_batch_with_a_cancelled_sale_looks_for_them(own_database: str) -> None:
    shop = open_shop()
    order_id, _ = shop.sale()
    cancels = [("a draft", shop.order(("TEA-80", 1))), ("a sale", sold(shop, ("TEA-80", 1)))]
    counts = {}
    with proxied(own_database) as proxy, connected_to(proxy.url):
        execute([], helps=False)
        for name, of, kind in [("a payment", order_id, None), *((name, of, Kind.CANCEL) for name, of in cancels)]:
            if kind:
                shop.submit(kind, of)
            before = proxy.statements
            assert execute([of], helps=False).settled
            counts[name] = proxy.statements - before
    assert counts["a draft"] <= counts["a payment"]
    assert counts["a sale"] <= counts["a draft"] + 2
