"""Goods that no level counted when they were sold: none does so later, when the rest of them leaves."""

from base.sql.sets import cursor
from inventory.models import Product
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import OrderLine
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop, states

LAW = "a level moves for an order as its lines do"


def test_what_was_skipped_is_no_drift(own_database: str) -> None:
    shop = open_shop()
    Product.objects.create(store_id=shop.store_id, sku="SAUCER", name="Saucer", price_minor=250, currency="GBP")
    order_id = shop.order(("SAUCER", 2), fulfilment="shipment")
    line_id = str(OrderLine.objects.get(order_id=order_id).id)
    tenders = [{"method": "cash", "amount_minor": 500}]
    steps = [
        shop.submit(Kind.PAY, order_id, tenders=tenders, skip_missing=True),
        shop.submit(Kind.FULFILL, order_id, lines=[{"line_id": line_id, "quantity": 1}]),
        shop.receive("SAUCER", 5),
        shop.submit(Kind.FULFILL, order_id, lines=None),
    ]
    execute([order_id, shop.store_id])
    assert states(steps) == ["applied"] * 4
    assert shop.level("SAUCER") == (5, 0)
    assert audit() == []


def test_what_was_not_skipped_has_moved(own_database: str) -> None:
    shop = open_shop()
    order_id, _ = shop.sale()
    execute([order_id])
    assert audit() == []
    cursor().execute("SET session_replication_role = replica")
    cursor().execute("DELETE FROM inventory_stockmovement WHERE order_id = %s", (order_id,))
    assert LAW in {drift.law for drift in audit()}
