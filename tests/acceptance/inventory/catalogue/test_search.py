"""GET /products?query= and the admin's search find what people mean: case, accents and width make no difference."""

import unicodedata
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inventory.models import Location, Product, Store
from orders.models import Terminal
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till

NAMES = {
    "STREET": "Straßenkarte, groß",
    "COFFEE": "Café crème",
    "PIPE": unicodedata.normalize("NFD", "Éclair à la Crème"),
    "BOOK": "Книга о вкусной пище",
    "MYTH": "ΣΊΣΥΦΟΣ",
    "WIDE": "ＡＢＣ １２３４",
    "KANA": "ﾊﾝｶｸ",
    "CITY": "Łódź Ørsted",
    "BATH": "İstanbul ılık",
    "SOFT": "Zuc\u00adker",
    "PATH": "a\\b",
    "HALF-50%": "50% off_all",
}
QUERIES = [
    ("STRASSENKARTE", ["STREET"]),
    ("GROẞ", ["STREET"]),
    ("cafe", ["COFFEE"]),
    ("CAFÉ", ["COFFEE"]),
    (unicodedata.normalize("NFD", "café"), ["COFFEE"]),
    ("éclair", ["PIPE"]),
    ("CREME", ["PIPE", "COFFEE"]),
    ("КНИГА", ["BOOK"]),
    ("σίσυφος", ["MYTH"]),
    ("abc 1234", ["WIDE"]),
    ("５０１２３４５６７８９００", ["HALF-50%"]),
    ("05012345678900", ["HALF-50%"]),
    ("50123", []),
    ("ハンカク", ["KANA"]),
    ("lodz", ["CITY"]),
    ("orsted", ["CITY"]),
    ("ISTANBUL ILIK", ["BATH"]),
    ("zucker", ["SOFT"]),
    ("  cafe\u3000", ["COFFEE"]),
    ("half-50%", ["HALF-50%"]),
    ("50% OFF_", ["HALF-50%"]),
    ("5_%", []),
    ("a\\", ["PATH"]),
    ("\\%", []),
    ("ж", []),
    ("５０", ["HALF-50%"]),
]


@pytest.fixture
def catalogue(backoffice: Till) -> None:
    rows = [{"sku": sku, "name": name, "price_minor": 1, "currency": "GBP"} for sku, name in NAMES.items()]
    rows[-1]["gtin"] = "5012345678900"
    assert backoffice.call("POST", "/products/import", {"items": rows}).body["counts"]["created"] == len(NAMES)


@pytest.mark.parametrize(("query", "skus"), QUERIES)
@pytest.mark.usefixtures("catalogue")
def test_products_are_found_as_people_write_them(pos: Till, query: str, skus: list[str]) -> None:
    found = pos.get(f"/products?query={quote(query)}").body["items"]
    assert sorted(one["sku"] for one in found) == sorted(skus)


@pytest.mark.usefixtures("catalogue")
def test_the_admin_finds_the_same(client: Client) -> None:
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    for query, skus in QUERIES:
        shown = client.get("/admin/inventory/product/", {"q": query}).context["cl"].result_list
        assert sorted(one.sku for one in shown) == sorted(skus), query


def test_levels_are_found_by_their_products(client: Client, shop: Shop) -> None:
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    Product.objects.filter(store=shop.store_id, sku="TEA-80").update(name="Café crème")
    shown = client.get("/admin/inventory/stocklevel/", {"q": "CAFE"}).context["cl"].result_list
    assert {level.product.sku for level in shown} == {"TEA-80"}


def test_stores_locations_and_terminals_are_found_so_too(client: Client, shop: Shop) -> None:
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    Store.objects.filter(id=shop.store_id).update(name="Café Straße")
    Location.objects.filter(store=shop.store_id, code="shop").update(name="Café Straße")
    Terminal.objects.filter(id=shop.caller.terminal_id).update(name="Café Straße")
    for page in ("inventory/store", "inventory/location", "orders/terminal"):
        assert len(client.get(f"/admin/{page}/", {"q": "cafe STRASSE"}).context["cl"].result_list) == 1, page


@pytest.mark.parametrize("query", ["%20", "%E3%80%80"])
def test_blanks_are_no_words(pos: Till, query: str) -> None:
    refused = pos.get(f"/products?query={query}")
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, "query")


def test_what_is_searched_follows_the_name(backoffice: Till, pos: Till) -> None:
    backoffice.put("/products/TEA-80", {"name": "Grüner Tee"})
    assert pos.get("/products?query=gruner").body["items"][0]["sku"] == "TEA-80"
    assert pos.get("/products?query=earl").body["items"] == []
