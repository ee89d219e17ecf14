"""A shop in which everything has happened once: a row of whatever the database guards."""

from uuid import uuid4

from django.utils import timezone

from base.sql.sets import cursor
from inventory.db.taxes import edit_tax
from inventory.models import StockLevel
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing.db.void import void
from orders.models import InvoiceNumber, InvoiceRefill, Repair, VoidNotice
from orders.terminals.db.keys import create_terminal
from tests.support.samples.special_sales import sell_online, sell_unknown
from tests.support.shop.cashier import close_drawer
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop, open_shop
from workers.low_stock import report_low_stock


def shop_with_a_row_of_each() -> Shop:
    shop = open_shop()
    edit_tax(shop.store_id, "std", {"name": "VAT", "rate": "20"})
    create_terminal(store_id=shop.store_id, name="spare", role=Role.POS)
    sold, paid = shop.sale()
    execute([sold])
    sell_online(shop)
    sell_unknown(shop)
    reserved = shop.order(("TEA-80", 1), fulfilment="shipment")
    shop.submit(Kind.RESERVE, reserved)
    execute([reserved])
    shop.order(("POSTAGE", 1))
    close_drawer(shop)
    drawer_id = shop.caller.terminal_id
    shop.submit(Kind.DRAWER_OPEN, drawer_id=drawer_id, float_minor=0)
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=drawer_id, amount_minor=5, reason="found")
    assert run_drawer(drawer_id) == []
    StockLevel.objects.update(reorder_point=100)
    report_low_stock()
    now = timezone.now()
    number = InvoiceNumber.objects.filter(state="free").earliest("id").number
    void(store_id=shop.store_id, number=number, reason="torn", voided_by="olga", now=now)
    VoidNotice.objects.update(told_at=now)
    InvoiceRefill.objects.create(id=uuid4(), store_id=shop.store_id, count=5, requested_at=now, next_attempt_at=now)
    Repair.objects.create(store_id=shop.store_id, command_id=paid, act="retry", by="olga", at=now)
    for row in (
        "INSERT INTO inventory_tax (store_id, code, name) SELECT id, 'bare', '' FROM inventory_store",
        "UPDATE inventory_product SET gtin = '4006381333931' WHERE sku = 'TEA-80'",
        "INSERT INTO orders_auditfinding (law, subject, detail, found_at, seen_at) VALUES ('a', 'b', '', now(), now())",
    ):
        assert cursor().execute(row.encode()).rowcount == 1
    return shop
