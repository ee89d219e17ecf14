"""A product's page answers why it cannot be sold."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from inventory.db.taxes import edit_tax
from inventory.models import Hold, Product, Store
from orders.commands.core.machine import Kind
from orders.models import Order
from tests.support.admin import fill_in, settled
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db


def page(client: Client, sku: str) -> Any:
    product = Product.objects.get(sku=sku, store__code="corner")
    return client.get(reverse("admin:inventory_product_change", args=[product.pk])).content.decode()


def told(client: Client, sku: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(page(client, sku)))


def test_what_lies_there_and_who_holds_it(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 4))
    shop.submit(Kind.RESERVE, order_id)
    shop.submit(Kind.HOLD, reference="WEB-7", items=[{"sku": "TEA-80", "quantity": 1}], expires_in_s=None)
    execute([order_id, shop.store_id])
    number = Order.objects.get().number

    said = told(operator, "TEA-80")

    assert "Yes: 5 can be had." in said
    assert re.search(r"shop\s+10\s+5\s+5", said)
    assert re.search(rf"{number}\s+shop\s+4", said)
    assert re.search(r"WEB-7\s+shop\s+1\s+without end", said)
    assert f"/admin/orders/order/{order_id}/" in page(operator, "TEA-80")
    assert "till of corner" in said


def test_all_of_it_is_held_until_that_lapses(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 10))
    shop.submit(Kind.RESERVE, order_id)
    execute([order_id])
    assert "No: all 10 that lie there are held" in told(operator, "TEA-80")

    Hold.objects.update(expires_at="2026-01-01T00:00:00Z")

    said = told(operator, "TEA-80")
    assert "Yes: 10 can be had." in said
    assert "lapsed: whoever asks gets it" in said


def test_what_was_never_received_leads_to_the_form(operator: Client, shop: Shop) -> None:
    Product.objects.create(store_id=shop.store_id, sku="JAM", name="Jam", price_minor=0, currency="GBP")
    edit_tax(shop.store_id, "standard", {"name": "VAT", "rate": "20"})

    said = told(operator, "JAM")

    assert "No: nothing of it was ever received. Receive some" in said
    assert "It has no price: it is sold for £0.00" in said
    assert "it is sold untaxed" in said
    jam = Product.objects.get(sku="JAM")
    assert f"/admin/stock/receive?product={jam.pk}" in page(operator, "JAM")
    settled(shop, operator, fill_in(operator, "receive", "JAM", quantity="2"))
    said = told(operator, "JAM")
    assert "Yes: 2 can be had." in said
    assert re.search(r"received\s+shop\s+2\s+2\s+night shift", said)
    settled(shop, operator, fill_in(operator, "count", "JAM", quantity="0"))
    assert "No: nothing lies there." in told(operator, "JAM")


def test_what_no_till_may_sell(operator: Client, shop: Shop) -> None:
    Product.objects.filter(sku="TEA-80").update(currency="EUR")

    said = told(operator, "TEA-80")

    assert "No: it is priced in EUR, and corner sells in GBP." in said
    assert "can be had" not in said
    assert "Yes, always: it is not counted." in told(operator, "POSTAGE")


def test_what_orders_wait_for_is_theirs_first(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("TEA-80", 12), fulfilment="shipment")
    shop.submit(Kind.RESERVE, order_id, shortage="backorder")
    execute([order_id])

    assert "Orders wait for 2: what arrives is theirs first." in told(operator, "TEA-80")


def test_movements_and_holds_name_the_order_by_its_number_and_say_in_words_what_was_done(
    operator: Client, shop: Shop
) -> None:
    sold, _ = shop.sale()
    held = shop.order(("MUG-RED", 1))
    shop.submit(Kind.RESERVE, held)
    execute([sold, held, shop.store_id])
    settled(shop, operator, fill_in(operator, "count", quantity="3"))
    numbers = dict(Order.objects.values_list("id", "number"))

    movements = re.sub(r"\s+", " ", strip_tags(operator.get("/admin/inventory/stockmovement/").content.decode()))
    holds = strip_tags(operator.get("/admin/inventory/hold/").content.decode())

    assert re.search(rf"UTC went out TEA-80 .* till of corner .* {numbers[sold]} ", movements)
    assert re.search("UTC counted TEA-80 shop .* night shift", movements)
    assert re.search(rf"MUG-RED\s+shop\s+1\s+{numbers[held]}\s", holds)


def test_of_another_stores_product_nothing_is_told(operator: Client, shop: Shop) -> None:
    open_shop("harbour", shelf={"TEA-80": 77})

    said = told(operator, "TEA-80")

    assert "Yes: 10 can be had." in said
    assert "77" not in said


def test_who_may_not_move_stock_is_not_led_to_it(client: Client, shop: Shop) -> None:
    reader = User.objects.create(username="auditor", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_product"))
    Store.objects.get(id=shop.store_id).users.add(reader)
    client.force_login(reader)

    shown = page(client, "TEA-80")
    assert "Yes: 10 can be had." in shown
    assert "/admin/stock/" not in shown


def test_it_asks_the_same_however_many_hold_it(operator: Client, shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(operator, "TEA-80")
        return len(asked)

    page(operator, "TEA-80")
    before = statements()
    for _ in range(5):
        shop.submit(Kind.RESERVE, shop.order(("TEA-80", 1)))
    execute(list(Order.objects.values_list("id", flat=True)))

    assert Hold.objects.count() == 5
    assert statements() == before


def test_a_level_is_found_by_a_part_of_its_sku(operator: Client, shop: Shop) -> None:
    def found(term: str) -> set[str]:
        rows = operator.get("/admin/inventory/stocklevel/", {"q": term}).context["cl"].result_list
        return {level.product.sku for level in rows}

    assert found("carf-bl") == {"SCARF-BLUE"}
    assert found("mug") == {"MUG-RED"}
