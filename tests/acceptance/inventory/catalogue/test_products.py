"""PUT /products/{sku} and GET /products?query=."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from inventory.models import Product
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
PLAIN = {"tax_code": None, "unit": "piece", "quantity_decimals": 0}
CHAI: dict[str, Any] = {"name": "Chai, 100 g", "gtin": "5012345678900", "price_minor": 450, "currency": "GBP"}


def test_a_product_is_made_then_changed(backoffice: Till, pos: Till) -> None:
    made = backoffice.put("/products/CHAI-100", CHAI)
    assert made.status == 201
    assert made.body == {"sku": "CHAI-100", **CHAI, **PLAIN, "tracks_stock": True}
    changed = backoffice.put("/products/CHAI-100", {**CHAI, "price_minor": 475})
    assert (changed.status, changed.body["price_minor"]) == (200, 475)
    assert backoffice.put("/products/CHAI-100", {**CHAI, "price_minor": 475}).body == changed.body
    assert pos.get("/products?query=chai").body["items"] == [changed.body]


def test_what_is_left_out_stays_and_null_clears(backoffice: Till) -> None:
    backoffice.put("/products/CHAI-100", {**CHAI, "tracks_stock": False})
    changed = backoffice.put("/products/CHAI-100", {"price_minor": 475})
    assert (changed.status, changed.body) == (
        200,
        {"sku": "CHAI-100", **CHAI, **PLAIN, "price_minor": 475, "tracks_stock": False},
    )
    assert backoffice.put("/products/CHAI-100", {}).body == changed.body
    cleared = backoffice.put("/products/CHAI-100", {"gtin": None, "tracks_stock": None})
    assert cleared.body == {**changed.body, "gtin": None, "tracks_stock": True}


@pytest.mark.parametrize("field", ["name", "price_minor", "currency"])
def test_a_new_product_needs_what_nobody_can_guess(backoffice: Till, field: str) -> None:
    refused = backoffice.put("/products/CHAI-100", {name: value for name, value in CHAI.items() if name != field})
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/{field}"])
    cleared = backoffice.put("/products/TEA-80", {field: None})
    assert (cleared.status, cleared.pointers) == (422, [f"#/{field}"])
    assert not Product.objects.filter(sku="CHAI-100").exists()


def test_what_was_sold_keeps_its_price(backoffice: Till, pos: Till) -> None:
    order_id = pos.sell(("TEA-80", 1))
    before = pos.get(f"/orders/{order_id}").body
    backoffice.put("/products/TEA-80", CHAI)
    assert pos.get(f"/orders/{order_id}").body == before


@pytest.mark.parametrize(
    ("fields", "tracked"),
    [
        ({}, True),
        ({"gtin": None}, True),
        ({"gtin": "0000000000000"}, False),
        ({"gtin": "00000000"}, False),
        ({"tracks_stock": False}, False),
    ],
)
def test_what_has_a_placeholder_is_not_counted(
    backoffice: Till, pos: Till, settle: Settle, fields: dict[str, Any], tracked: bool
) -> None:
    assert backoffice.put("/products/ODDS", {**CHAI, **fields}).body["tracks_stock"] is tracked
    pay = {"tenders": [{"method": "card", "amount_minor": CHAI["price_minor"]}]}
    settled = settle(pos.post(f"/orders/{pos.sell(('ODDS', 1))}/pay", pay, key="k1"), pos)
    assert settled["outcome"]["code"] == ("stock_insufficient" if tracked else "applied")


@pytest.mark.parametrize("sku", ["AB/12", "grün №1", "a b", "100%", "x" * 64])
def test_a_sku_is_any_text(backoffice: Till, pos: Till, sku: str) -> None:
    assert backoffice.put(f"/products/{quote(sku, safe='')}", CHAI).body["sku"] == sku
    assert pos.get(f"/inventory/items/{quote(sku, safe='')}").body["sku"] == sku
    assert backoffice.put(f"/inventory/items/{quote(sku, safe='')}/reorder-point", {"reorder_point": 3}).status == 201


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tea", ["TEA-80"]),
        ("-", ["CHAI-100", "SCARF-BLUE", "MUG-RED", "TEA-80"]),
        ("postage", ["POSTAGE"]),
        ("%25", []),
        ("_", []),
        ("5012345678900", ["CHAI-100"]),
        ("50123", []),
        ("nothing", []),
    ],
)
def test_products_are_found_by_sku_name_and_gtin(backoffice: Till, pos: Till, query: str, found: list[str]) -> None:
    backoffice.put("/products/CHAI-100", {**CHAI, "name": "Spiced"})
    listed = [product["sku"] for product in pos.get(f"/products?query={query}").body["items"]]
    assert listed == found


def test_products_are_listed_a_page_at_a_time(pos: Till) -> None:
    first = pos.get("/products?limit=3").body
    rest = pos.get(f"/products?limit=3&cursor={first['next_cursor']}").body
    listed = [product["sku"] for product in first["items"] + rest["items"]]
    assert listed == ["POSTAGE", "SCARF-BLUE", "MUG-RED", "TEA-80"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["query=", "query=%00", f"query={'x' * 201}", "limit=0", "cursor=x"])
def test_a_bad_parameter_is_refused(pos: Till, query: str) -> None:
    refused = pos.get(f"/products?{query}")
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "\x00"),
        ("gtin", "12345"),
        ("gtin", "50123456789"),
        ("gtin", "5012345678901"),
        ("gtin", "501234567890x"),
        ("gtin", "٠" * 13),
        ("gtin", 5012345678900),
        ("price_minor", -1),
        ("price_minor", 2**53),
        ("price_minor", 4.5),
        ("price_minor", "450"),
        ("currency", "gbp"),
        ("tracks_stock", "yes"),
        ("sku", "CHAI-100"),
    ],
)
def test_a_bad_field_is_pointed_at(backoffice: Till, field: str, value: Any) -> None:
    refused = backoffice.put("/products/CHAI-100", {**CHAI, field: value})
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/{field}"])
    assert not Product.objects.filter(sku="CHAI-100").exists()


def test_a_code_is_one_products_with_zeros_or_without(backoffice: Till, elsewhere: Till) -> None:
    backoffice.put("/products/CHAI-100", CHAI)
    taken = backoffice.put("/products/TEA-80", {"gtin": "05012345678900"})
    assert (taken.status, taken.code, taken.pointers) == (422, "gtin_taken", ["#/gtin"])
    assert elsewhere.put("/products/TEA-80", {"gtin": CHAI["gtin"]}).status == 200
    for query in ("5012345678900", "05012345678900"):
        assert [one["sku"] for one in backoffice.get(f"/products?query={query}").body["items"]] == ["CHAI-100"]


def test_a_placeholder_is_many_products_and_is_not_counted(backoffice: Till) -> None:
    for sku in ("BAG", "WRAP"):
        assert backoffice.put(f"/products/{sku}", {**CHAI, "gtin": "000000000000"}).body["tracks_stock"] is False
    for body in ({"tracks_stock": True}, {"gtin": "00000000", "tracks_stock": True}):
        refused = backoffice.put("/products/BAG", body)
        assert (refused.status, refused.pointers) == (422, ["#/tracks_stock"])


def test_codes_may_change_hands_within_one_import(backoffice: Till) -> None:
    one, other = "5012345678900", "96385074"
    rows = [{"sku": "TEA-80", "gtin": one}, {"sku": "MUG-RED", "gtin": other}]
    assert backoffice.post("/products/import", {"items": rows}).body["counts"]["updated"] == 2
    swapped = [{"sku": "TEA-80", "gtin": other}, {"sku": "MUG-RED", "gtin": one}, {"sku": "POSTAGE", "gtin": one}]
    imported = backoffice.post("/products/import", {"items": swapped}).body
    assert (imported["counts"]["updated"], [(row["sku"], row["code"]) for row in imported["rows"]]) == (
        2,
        [("POSTAGE", "gtin_taken")],
    )
    found = {product["sku"]: product["gtin"] for product in backoffice.get("/products").body["items"]}
    assert (found["TEA-80"], found["MUG-RED"], found["POSTAGE"]) == (other, one, None)


UNSEEN = ["A\u200bB", "A\u00adB", "A\ufe0f", "\u2028", "A\ufdd0", "A\ufffe", "\U0010ffff", "A\ufffd"]


@pytest.mark.parametrize("sku", [" A", "\u00a0A", "A ", " ", "A\tB", "A\u00a0B", *UNSEEN])
def test_a_code_is_what_is_seen_of_it(backoffice: Till, sku: str) -> None:
    rows = [{"sku": sku, "name": "A", "price_minor": 1, "currency": "GBP"}]
    refused = backoffice.post("/products/import", {"items": rows})
    assert (refused.status, refused.pointers) == (422, ["#/items/0/sku"])
    body = {"reference": sku, "items": [{"sku": "TEA-80", "quantity": 1}]}
    refused = backoffice.post("/inventory/receive", body, key="k1")
    assert (refused.status, refused.pointers) == (422, ["#/reference"])


def test_a_code_is_the_same_in_every_unicode_form(backoffice: Till) -> None:
    decomposed, composed = quote("Cafe\u0301"), quote("Caf\u00e9")
    made = backoffice.put(f"/products/{decomposed}", CHAI)
    assert (made.status, made.body["sku"]) == (201, "Caf\u00e9")
    assert backoffice.put(f"/products/{composed}", {}).status == 200
    assert backoffice.get(f"/inventory/items/{decomposed}").body["sku"] == "Caf\u00e9"


@pytest.mark.parametrize("sku", ["%00", "x" * 65, "%20A", "A%E2%80%8B"])
def test_a_sku_that_is_none_is_not_found(backoffice: Till, sku: str) -> None:
    assert backoffice.put(f"/products/{sku}", CHAI).status == 404


def test_the_catalogue_is_the_backoffices_and_the_stores(supervisor: Till, backoffice: Till, elsewhere: Till) -> None:
    refused = supervisor.put("/products/CHAI-100", CHAI)
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    assert elsewhere.put("/products/CHAI-100", CHAI).status == 201
    assert backoffice.get("/products?query=chai").body["items"] == []
    assert backoffice.put("/products/CHAI-100", CHAI).status == 201
