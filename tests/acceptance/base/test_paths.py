"""What a path names is what is looked up, however it is written; what no path can name is told so.

Through the real web server, which takes the path apart."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from orders.commands.core.roles import Role
from tests.support.processes.served import Reply, Served

PRODUCT = {"name": "Screws", "price_minor": 5, "currency": "GBP"}
SKUS = [
    "M6/20",
    "A B",
    "a/b/c",
    "50%",
    "%41",
    "100%25",
    "+5",
    "Ä",
    "螺丝",
    "a?b",
    "a#b",
    "a;b",
    "a&b=c",
    "'--",
    '"',
    "../x",
    "\\",
]


def call(served: Served, method: str, path: str, body: Any = None) -> Reply:
    return served.call(method, path, body, role=Role.BACKOFFICE)


@pytest.mark.parametrize("sku", SKUS)
def test_a_product_is_made_and_found_by_its_sku_in_the_path(served: Served, sku: str) -> None:
    path = quote(sku, safe="")
    assert call(served, "PUT", f"/products/{path}", PRODUCT).body["sku"] == sku
    assert call(served, "GET", f"/inventory/items/{path}").body["sku"] == sku
    point = call(served, "PUT", f"/inventory/items/{path}/reorder-point", {"reorder_point": 3})
    assert point.body["levels"][0]["reorder_point"] == 3
    assert sku in [one["sku"] for one in call(served, "GET", f"/products?query={path}").body["items"]]


@pytest.mark.parametrize("code", ["cellar/left", "Büro 2", "+1"])
def test_a_location_is_made_by_its_code_in_the_path(served: Served, code: str) -> None:
    assert call(served, "PUT", f"/locations/{quote(code, safe='')}", {"name": "Cellar"}).body["code"] == code


def test_one_sku_has_one_form_in_the_path_too(served: Served) -> None:
    written = {form: quote(unicodedata.normalize(form, "Crème/1"), safe="") for form in ("NFC", "NFD")}
    assert call(served, "PUT", f"/products/{written['NFD']}", PRODUCT).status == 201
    assert call(served, "PUT", f"/products/{written['NFC']}", PRODUCT).status == 200
    assert call(served, "GET", f"/inventory/items/{written['NFD']}").body["sku"] == "Crème/1"


def test_what_is_encoded_twice_is_decoded_once(served: Served) -> None:
    call(served, "PUT", "/products/M8%2F20", PRODUCT)
    missing = call(served, "GET", "/inventory/items/M8%252F20")
    assert (missing.status, missing.body["code"]) == (404, "product_not_found")


@pytest.mark.parametrize(
    "path", ["%00", "A%00", "%20A", "A%20", "%C2%A0", "A%E2%80%8B", "%FF", "A%C3", "%ED%A0%80", "x" * 65]
)
def test_what_can_be_no_sku_is_not_there(served: Served, path: str) -> None:
    for method, where, body in (
        ("PUT", "/products/{}", PRODUCT),
        ("GET", "/inventory/items/{}", None),
        ("PUT", "/inventory/items/{}/reorder-point", {"reorder_point": 3}),
        ("PUT", "/locations/{}", {"name": "Cellar"}),
    ):
        refused = call(served, method, where.format(path), body)
        assert (refused.status, refused.body["code"]) == (404, "route_not_found"), where


@pytest.mark.parametrize("path", ["%00", "x%2Fy", "%FF", "01890001-0000-7000-8000-000000000002%20", "x" * 3000])
def test_what_can_be_no_id_is_not_there(served: Served, path: str) -> None:
    for where in ("/orders/{}", "/orders/{}/history", "/commands/{}", "/inventory/low-stock/{}/acknowledge"):
        method = "POST" if where.endswith("acknowledge") else "GET"
        refused = call(served, method, where.format(path))
        assert (refused.status, refused.body["code"]) == (404, "route_not_found"), where


@pytest.mark.parametrize("query", ["reference=%FF", "invoice_number=%ED%A0%80", "number=%EF%BC%91", "reference=a%00"])
def test_a_query_of_no_text_finds_nothing_or_is_refused(served: Served, query: str) -> None:
    answer = call(served, "GET", f"/orders?{query}")
    assert answer.status == 422 or (answer.status, answer.body["items"]) == (200, [])
