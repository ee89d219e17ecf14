"""POST /products/import: many products at once, as JSON, CSV or an uploaded file."""

from typing import Any

import pytest

from inventory.models import Product
from tests.support.shop import Shop
from tests.support.till import Answer, Till

CSV = b"""sku,name,gtin,price_minor,currency,tracks_stock
CHAI-100,"Chai, 100 g",5012345678900,450,GBP,
WRAP,Gift wrap,0000000000000,100,GBP,
TEA-80,Tea,,300,GBP,false
"""


def upload(till: Till, content: bytes) -> Answer:
    return till.call("POST", "/products/import", content, **{"Content-Type": "text/csv"})


def test_products_are_made_and_changed(backoffice: Till) -> None:
    imported = upload(backoffice, CSV)
    assert imported.status == 200
    assert imported.body["counts"] == {"created": 2, "updated": 1, "unchanged": 0, "refused": 0}
    assert imported.body["items"] == [
        {"index": 0, "sku": "CHAI-100", "status": "created", "code": None},
        {"index": 1, "sku": "WRAP", "status": "created", "code": None},
        {"index": 2, "sku": "TEA-80", "status": "updated", "code": None},
    ]
    found = {product["sku"]: product for product in backoffice.get("/products").body["items"]}
    assert found["CHAI-100"] == {
        "sku": "CHAI-100",
        "name": "Chai, 100 g",
        "gtin": "5012345678900",
        "price_minor": 450,
        "currency": "GBP",
        "tracks_stock": True,
    }
    assert (found["WRAP"]["tracks_stock"], found["TEA-80"]["tracks_stock"]) == (False, False)


def test_the_same_import_again_changes_nothing(backoffice: Till, shop: Shop) -> None:
    upload(backoffice, CSV)
    before = list(Product.objects.filter(store=shop.store_id).order_by("id").values())
    assert upload(backoffice, CSV).body["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "refused": 0}
    assert list(Product.objects.filter(store=shop.store_id).order_by("id").values()) == before


def test_a_sku_that_comes_twice_is_taken_once(backoffice: Till, shop: Shop) -> None:
    product = {"sku": "CHAI-100", "name": "Chai", "price_minor": 450, "currency": "GBP"}
    imported = backoffice.post("/products/import", {"items": [product, {**product, "price_minor": 500}]})
    assert imported.body["items"][1] == {"index": 1, "sku": "CHAI-100", "status": "refused", "code": "sku_repeated"}
    assert Product.objects.get(store=shop.store_id, sku="CHAI-100").price_minor == 450


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        (b"CHAI,Chai,,4.50,GBP,\n", "#/items/3/price_minor"),
        (b"CHAI,Chai,,450,pounds,\n", "#/items/3/currency"),
        (b"CHAI,Chai,,450,GBP,maybe\n", "#/items/3/tracks_stock"),
        (b"CHAI,,,450,GBP,\n", "#/items/3/name"),
        (b"CHAI,Chai,450,GBP\n", "#/items/3"),
    ],
)
def test_a_row_of_the_wrong_shape_refuses_them_all(backoffice: Till, shop: Shop, row: bytes, pointer: str) -> None:
    refused = upload(backoffice, CSV + row)
    assert (refused.status, refused.pointers) == (422, [pointer])
    assert "Line 5" in refused.body["errors"][0]["detail"]
    assert Product.objects.get(store=shop.store_id, sku="TEA-80").tracks_stock


@pytest.mark.parametrize(
    ("body", "pointers"),
    [({}, {"#/items"}), ({"items": []}, {"#/items"}), ({"items": [5], "a": 1}, {"#/items/0", "#/a"})],
)
def test_a_bad_body_is_pointed_at(backoffice: Till, body: Any, pointers: set[str]) -> None:
    refused = backoffice.post("/products/import", body)
    assert (refused.status, set(refused.pointers)) == (422, pointers)


def test_fifty_thousand_products_are_one_import(backoffice: Till) -> None:
    header = b"sku,name,price_minor,currency\n"
    imported = upload(backoffice, header + b"".join(b"SKU-%05d,Thing,100,GBP\n" % n for n in range(50_000)))
    assert imported.body["counts"]["created"] == 50_000


def test_the_import_is_the_backoffices(supervisor: Till, shop: Shop) -> None:
    assert upload(supervisor, CSV).code == "role_not_allowed"
    assert not Product.objects.filter(store=shop.store_id, sku="WRAP").exists()
