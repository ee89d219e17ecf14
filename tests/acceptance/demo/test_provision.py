"""The demo store that an empty database gets."""

import pytest

from inventory.models import Location, Product, Store
from orders.commands.core.roles import Role
from orders.models import Command, Terminal
from project.demo.provision import CATALOGUE, PLACEHOLDER_GTIN, provision_demo
from tests.support.shop.rung import execute
from tests.support.shop.till import Till

pytestmark = pytest.mark.django_db


def test_every_role_gets_a_key_that_works() -> None:
    keys = provision_demo()
    assert set(keys["terminals"]) == set(Role)
    for role, key in keys["terminals"].items():
        me = Till(key).get("/terminals/me").body
        assert (me["role"], me["store"], me["currency"]) == (role, "demo", "GBP")
    assert Till(keys["other_store_terminals"]["pos"]).get("/terminals/me").body["store"] == "other"
    assert Terminal.objects.count() == 6


def test_the_other_store_receives_goods_and_sells_them() -> None:
    keys = provision_demo()["other_store_terminals"]
    sku = CATALOGUE[0][0]
    body = {"items": [{"sku": sku, "quantity": 3}]}
    received = Till(keys["backoffice"]).post("/inventory/receive", body, key="first")
    execute([Store.objects.get(code="other").pk], helps=False)
    assert Till(keys["pos"]).get(f"/commands/{received.body['id']}").status == 200
    assert Till(keys["pos"]).get(f"/inventory/items/{sku}").body["on_hand"] == 3


def test_the_shop_can_sell_from_its_first_location() -> None:
    till = Till(provision_demo()["terminals"][Role.POS])
    assert list(Location.objects.filter(store__code="demo").order_by("priority").values_list("code", flat=True)) == [
        "shop",
        "stockroom",
    ]
    for sku, _, name, _, on_floor, in_stockroom in CATALOGUE:
        item = till.get(f"/inventory/items/{sku}").body
        assert (item["name"], item["on_hand"], item["reserved"]) == (name, on_floor + in_stockroom, 0)
        assert item["levels"][0]["location"] == "shop"
    assert list(Command.objects.values_list("kind", "state")) == [("receive", "succeeded")]


def test_a_receipt_shows_what_of_it_is_tax() -> None:
    till = Till(provision_demo()["terminals"][Role.POS])
    order = till.sell(("TEA-EARL-GREY", 1), ("CANDLE-BEESWAX", 1))
    told = till.get(f"/orders/{order}").body
    assert (told["total_minor"], told["tax_minor"]) == (1099, 108)
    rates = {one["code"]: (one["rate"], one["tax_minor"]) for one in told["taxes"]}
    assert rates == {"std": ("20", 108), "zero": ("0", 0)}


def test_some_products_are_not_counted() -> None:
    provision_demo()
    demo = Product.objects.filter(store=Store.objects.get(code="demo"))
    assert set(demo.filter(tracks_stock=False).values_list("sku", flat=True)) == {"POSTAGE", "MISC"}
    assert demo.get(gtin=PLACEHOLDER_GTIN).tracks_stock is False
