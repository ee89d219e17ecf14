"""A command's page tells its whole story, and each row leads to what it is about."""

import re
from uuid import UUID

import pytest
from django.test import Client

from orders.commands.core.machine import Kind
from orders.journal.admin.story import ROWS_MAX, story_of_command, story_of_order
from orders.journal.models import Command
from orders.models import Order
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db

LINK = re.compile(r'href="(/admin/orders/[^"]+|/admin/inventory/stockmovement/[^"]+)"')


def told(command_id: UUID) -> str:
    return story_of_command(Command.objects.select_related("store", "order").get(id=command_id))


def test_of_a_sale_it_tells_what_moved_and_what_was_paid_and_booked(shop: Shop, operator: Client) -> None:
    order_id, pay = shop.sale(("TEA-80", 2), ("MUG-RED", 1))
    execute([order_id])
    page = told(pay)
    for what in (
        "till of corner sent pay; stored, and a worker rung for",
        "the order went from draft to paid",
        "outbound: TEA-80 -2 at shop",
        "outbound: MUG-RED -1 at shop",
        "tender of £7.50 by card",
        "an entry for accounting, sale",
        "pay succeeded, 0.",
        "its number is INV-",
    ):
        assert what in page
    assert page.index("sent pay") < page.index("from draft to paid") < page.index("pay succeeded, ")
    assert f'href="/flower/task/{pay}"' in page
    for address in LINK.findall(page):
        assert operator.get(address).status_code == 200, address
    assert "outbound: TEA-80 -2 at shop" in operator.get(f"/admin/orders/command/{pay}/change/").content.decode()


def test_what_a_refused_command_did_not_do_is_not_told(shop: Shop) -> None:
    order_id, pay = shop.sale(("TEA-80", 11))
    execute([order_id])
    page = told(pay)
    assert "pay rejected: stock_insufficient, 0." in page
    assert "movement" not in page


def test_of_a_stock_command_it_tells_its_own_movements(shop: Shop) -> None:
    first, second = shop.receive("TEA-80", 5), shop.receive("TEA-80", 7)
    execute([shop.store_id])
    assert "inbound: TEA-80 5 at shop" in told(first)
    assert "TEA-80 7" not in told(first)
    assert "inbound: TEA-80 7 at shop" in told(second)


def test_of_an_order_it_tells_what_all_of_its_commands_did(shop: Shop, operator: Client) -> None:
    order_id, pay = shop.sale(("TEA-80", 2))
    execute([order_id])
    back = shop.submit(Kind.RETURN, order_id, lines=[{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}])
    execute([order_id])
    page = story_of_order(Order.objects.select_related("store").get(id=order_id))
    told = [
        "till of corner made it: £5.00",
        "till of corner sent pay;",
        "tender of £5.00 by card",
        "till of corner sent return;",
        "refund of £2.50 by card",
    ]
    assert [what for what in told if what in page] == told
    assert page.index("sent pay;") < page.index("tender of") < page.index("refund of")
    for command_id in (pay, back):
        assert f"/admin/orders/command/{command_id}/change/" in page
    assert "refund of £2.50 by card" in operator.get(f"/admin/orders/order/{order_id}/change/").content.decode()


def test_of_many_movements_it_tells_no_more_than_a_page_can_show() -> None:
    shelf = {f"SKU-{n}": 1 for n in range(ROWS_MAX + 1)}
    shop = open_shop("long", shelf=shelf)
    items = [{"sku": sku, "quantity": 5, "location": "shop"} for sku in shelf]
    command_id = shop.submit(Kind.RECEIVE, items=items)
    execute([shop.store_id])
    assert told(command_id).count("inbound: SKU-") == ROWS_MAX


def test_flower_is_found_on_the_host_that_the_page_is_on(client: Client) -> None:
    led = client.get("/flower/task/7", headers={"host": "localhost:8000"})
    assert (led.status_code, led.headers["Location"]) == (302, "http://localhost:5555/task/7")
