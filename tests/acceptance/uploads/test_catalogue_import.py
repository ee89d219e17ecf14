"""POST /products/import: many products at once, as JSON, CSV or an uploaded file."""

from collections.abc import Callable
from typing import Any

import pytest

from inventory.models import Product
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

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
    assert imported.body["rows"] == []
    found = {product["sku"]: product for product in backoffice.get("/products").body["items"]}
    assert found["CHAI-100"] == {
        "sku": "CHAI-100",
        "name": "Chai, 100 g",
        "gtin": "5012345678900",
        "price_minor": 450,
        "currency": "GBP",
        "tracks_stock": True,
        "tax_code": None,
        "unit": "piece",
        "quantity_decimals": 0,
    }
    assert (found["WRAP"]["tracks_stock"], found["TEA-80"]["tracks_stock"]) == (False, False)


def test_the_same_import_again_changes_nothing(backoffice: Till, shop: Shop) -> None:
    upload(backoffice, CSV)
    before = list(Product.objects.filter(store=shop.store_id).order_by("id").values())
    assert upload(backoffice, CSV).body["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "refused": 0}
    assert list(Product.objects.filter(store=shop.store_id).order_by("id").values()) == before


def refused_row(sku: str | None, code: str, detail: str, **where: int) -> dict[str, Any]:
    place = {"line": None, "index": None, **where}
    return {**place, "sku": sku, "status": "refused", "code": code, "detail": detail}


def test_a_sku_that_comes_twice_is_taken_once(backoffice: Till, shop: Shop) -> None:
    product = {"sku": "CHAI-100", "name": "Chai", "price_minor": 450, "currency": "GBP"}
    why = ("CHAI-100", "sku_repeated", "An earlier row is of this product already.")
    imported = backoffice.post("/products/import", {"items": [product, {**product, "price_minor": 500}]})
    assert imported.body["rows"] == [refused_row(*why, index=1)]
    assert imported.body["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    again = upload(backoffice, b"sku,price_minor\nCHAI-100,450\nCHAI-100,500\n")
    assert again.body["rows"] == [refused_row(*why, line=3)]
    assert Product.objects.get(store=shop.store_id, sku="CHAI-100").price_minor == 450


def test_only_what_the_file_has_a_column_for_is_changed(backoffice: Till, shop: Shop) -> None:
    upload(backoffice, b"sku,name,gtin,price_minor,currency,tracks_stock\nOIL-1,Oil,5012345678900,700,GBP,false\n")
    changed = upload(backoffice, b"sku,price_minor\nOIL-1,750\nMUG-RED,250\n")
    assert changed.body["counts"] == {"created": 0, "updated": 1, "unchanged": 1, "refused": 0}
    oil = Product.objects.get(store=shop.store_id, sku="OIL-1")
    assert (oil.name, oil.gtin, oil.price_minor, oil.tracks_stock) == ("Oil", "5012345678900", 750, False)
    cleared = upload(backoffice, b"sku,gtin,tracks_stock\nOIL-1,,\n")
    assert cleared.body["counts"]["updated"] == 1
    oil.refresh_from_db()
    assert (oil.name, oil.gtin, oil.price_minor, oil.tracks_stock) == ("Oil", "", 750, True)


def test_rows_of_json_name_each_what_they_change(backoffice: Till, shop: Shop) -> None:
    rows = [{"sku": "TEA-80", "name": "Green tea"}, {"sku": "MUG-RED", "price_minor": 900}, {"sku": "NEW", "name": "X"}]
    imported = backoffice.post("/products/import", {"items": rows})
    assert imported.body["counts"] == {"created": 0, "updated": 2, "unchanged": 0, "refused": 1}
    assert imported.body["rows"] == [
        refused_row("NEW", "validation_failed", "A new product needs a price_minor.", index=2)
    ]
    found = {one.sku: (one.name, one.price_minor) for one in Product.objects.filter(store=shop.store_id)}
    assert (found["TEA-80"], found["MUG-RED"]) == (("Green tea", 250), ("Mug-Red", 900))
    assert "NEW" not in found


@pytest.mark.parametrize(
    ("row", "sku", "detail"),
    [
        (b"CHAI,Chai,,4.50,GBP,\n", "CHAI", "price_minor: must be a whole number"),
        (b"CHAI,Chai,,450,pounds,\n", "CHAI", "currency: must be three capitals, as in GBP"),
        (b"CHAI,Chai,,450,GBP,maybe\n", "CHAI", "tracks_stock: must be true or false"),
        (b"CHAI,,,450,GBP,\n", "CHAI", "name: cannot be null; leave it out to keep what is there"),
        (b"CHAI,Chai,450,GBP\n", None, "it has 4 cells, but the header names 6 columns"),
    ],
)
def test_a_row_of_the_wrong_shape_is_refused_by_its_line(
    backoffice: Till, shop: Shop, row: bytes, sku: str | None, detail: str
) -> None:
    imported = upload(backoffice, CSV + row)
    assert imported.body["counts"] == {"created": 2, "updated": 1, "unchanged": 0, "refused": 1}
    assert imported.body["rows"] == [refused_row(sku, "validation_failed", detail, line=5)]
    assert not Product.objects.filter(store=shop.store_id, sku="CHAI").exists()


def test_a_price_list_that_refuses_all_its_rows_changes_nothing(backoffice: Till) -> None:
    imported = upload(backoffice, b"sku,price_minor\nTEA-80,x\n,5\n")
    assert (imported.status, imported.body["counts"]["refused"]) == (200, 2)
    assert [row["line"] for row in imported.body["rows"]] == [2, 3]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [({}, {"#/items"}), ({"items": []}, {"#/items"}), ({"items": [5], "a": 1}, {"#/items/0", "#/a"})],
)
def test_a_bad_body_is_pointed_at(backoffice: Till, body: Any, pointers: set[str]) -> None:
    refused = backoffice.post("/products/import", body)
    assert (refused.status, set(refused.pointers)) == (422, pointers)


def test_fifty_thousand_products_are_one_import(backoffice: Till) -> None:
    header = b"sku,name,price_minor,currency\n"
    rows = b"".join(b"SKU-%05d,Thing,100,GBP\n" % n for n in range(50_000))
    assert upload(backoffice, header + rows).body["counts"]["created"] == 50_000
    uncounted = b"sku,tracks_stock\n" + b"".join(b"SKU-%05d,false\n" % n for n in range(50_000))
    assert upload(backoffice, uncounted).body["counts"]["updated"] == 50_000


def test_fifty_thousand_products_get_their_first_stock_in_one_import(
    backoffice: Till, settle: Callable[[Answer, Till], Any]
) -> None:
    names = [b"SKU-%05d" % n for n in range(50_000)]
    products = b"sku,name,price_minor,currency\n" + b"".join(b"%b,Thing,100,GBP\n" % name for name in names)
    assert upload(backoffice, products).body["counts"]["created"] == 50_000
    for quantity in (7, 9):
        stock = b"sku,quantity\n" + b"".join(b"%b,%d\n" % (name, quantity) for name in names)
        headers = {"Content-Type": "text/csv", "Idempotency-Key": f"stock-{quantity}"}
        settled = settle(backoffice.call("POST", "/inventory/import", stock, **headers), backoffice)
        assert settled["result"]["counts"] == {"set": 50_000, "skipped": 0, "refused": 0}


def test_a_price_list_is_taken_as_a_spreadsheet_writes_it(backoffice: Till) -> None:
    """A byte order mark, a line that tells the separator, capitals, empty columns and rows, blanks around cells; around
    a code they refuse the row."""
    rows = "CHAI;Chai; 450.0 ;GBP;0000000000000;;\r\n CHAI 2;Chai;450;GBP;;;\r\nMATE;Mate;+12;GBP;;;\r\n"
    content = f"\ufeffsep=;\r\nSKU;Name;Price_Minor;CURRENCY;gtin;;\r\n;;;;;;\r\n{rows}"
    imported = upload(backoffice, content.encode()).body
    assert (imported["counts"]["created"], [(row["line"], row["code"]) for row in imported["rows"]]) == (
        *(2, [(5, "validation_failed")]),
    )
    listed = {one["sku"]: one for one in backoffice.get("/products").body["items"]}
    assert [(listed[sku]["price_minor"], listed[sku]["tracks_stock"]) for sku in ("CHAI", "MATE")] == [
        (450, False),
        (12, True),
    ]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("sku,name\nTEA-80,Gr\u00fcn\n".encode("cp1252"), 400, "not_utf8"),
        (b"sku,name,colour\nTEA-80,Tea,green\n", 422, "validation_failed"),
        (b"sku,name,Name\nTEA-80,Tea,Tea\n", 422, "validation_failed"),
    ],
)
def test_a_price_list_of_the_wrong_shape_is_refused_whole(
    backoffice: Till, content: bytes, status: int, code: str
) -> None:
    before = backoffice.get("/products").body
    refused = upload(backoffice, content)
    assert (refused.status, refused.code) == (status, code)
    assert backoffice.get("/products").body == before


def test_the_import_is_the_backoffices(supervisor: Till, shop: Shop) -> None:
    assert upload(supervisor, CSV).code == "role_not_allowed"
    assert not Product.objects.filter(store=shop.store_id, sku="WRAP").exists()
