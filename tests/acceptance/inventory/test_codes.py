"""How things may be called: SKUs, codes of locations and taxes, references.

Small bodies and plain paths, so that Django's client will do; base/test_paths.py has paths through the real server.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from inventory.models import Tax
from orders.models import Command, Order
from tests.support.shop.baskets import line, order
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
VAT = {"name": "VAT", "rate": "20"}
CHAI = {"name": "Chai", "price_minor": 450, "currency": "GBP"}
DECOMPOSED, COMPOSED = "Cafe\u0301", "Caf\u00e9"
NO_CODES = [" A", "A ", "A\u00a0B", "A\tB", "A\u0007", "A\u200bB", "A\u00adB", "A\ufe0f", "A\u3164", "A\u202eB"]


def test_the_code_of_a_tax_has_one_form_in_paths_and_bodies(backoffice: Till, pos: Till) -> None:
    made = backoffice.put(f"/taxes/{quote(DECOMPOSED)}", VAT)
    assert (made.status, made.body["code"]) == (201, COMPOSED)
    assert backoffice.put(f"/taxes/{quote(COMPOSED)}", {}).status == 200
    assert backoffice.put("/taxes/a%2Fb", VAT).body["code"] == "a/b"
    assert backoffice.put("/products/CHAI", {**CHAI, "tax_code": DECOMPOSED}).body["tax_code"] == COMPOSED
    drafted = pos.post("/orders", order(line("CHAI"), line("CHAI", tax_code=DECOMPOSED))).body
    assert [one["tax_code"] for one in drafted["lines"]] == [COMPOSED] * 2
    assert [one["code"] for one in drafted["taxes"]] == [COMPOSED]


@pytest.mark.parametrize(
    ("path", "body"), [("taxes", VAT), ("locations", {"name": "Cellar"}), ("products", CHAI)], ids=str
)
def test_what_no_code_is_is_not_there_in_a_path(backoffice: Till, path: str, body: dict[str, Any]) -> None:
    for code in (*NO_CODES, "\x00", "x" * 65):
        assert backoffice.put(f"/{path}/{quote(code)}", body).code == "route_not_found", repr(code)
    assert not Tax.objects.exists()


def test_what_no_code_is_is_pointed_at_in_a_body(backoffice: Till) -> None:
    item = {"sku": "TEA-80", "quantity": 1}
    for code in (*NO_CODES, "x" * 65):
        placed, received = ({"items": [{**item, field: code}]} for field in ("location", "sku"))
        for refused, pointer in (
            (backoffice.put("/products/CHAI", {**CHAI, "tax_code": code}), "tax_code"),
            (backoffice.post("/orders", order(line(code))), "lines/0/sku"),
            (backoffice.post("/orders", order(line("TEA-80", tax_code=code))), "lines/0/tax_code"),
            (backoffice.post("/inventory/receive", placed, key="k"), "items/0/location"),
            (backoffice.post("/inventory/receive", received, key="k"), "items/0/sku"),
        ):
            check_refused(refused, pointer, code)
    assert not Command.objects.exists()
    assert not Order.objects.exists()


def test_what_no_reference_is_is_pointed_at(backoffice: Till) -> None:
    url = f"/orders/{backoffice.sell()}"
    for reference in (*NO_CODES, "x" * 201):
        tender = {"method": "card", "amount_minor": PRICE_MINOR, "reference": reference}
        items = {"items": [{"sku": "TEA-80", "quantity": 1}], "reference": reference}
        for refused, pointer in (
            (backoffice.post("/orders", order(line("TEA-80"), reference=reference)), "reference"),
            (backoffice.post(f"{url}/pay", {"tenders": [tender]}, key="k"), "tenders/0/reference"),
            (backoffice.post(f"{url}/cancel", {"refund_to": [tender]}, key="k"), "refund_to/0/reference"),
            (backoffice.post("/inventory/receive", items, key="k"), "reference"),
            (backoffice.post("/inventory/items/reserve", items, key="k"), "reference"),
        ):
            check_refused(refused, pointer, reference)
    assert not Command.objects.exists()


def check_refused(answer: Answer, pointer: str, name: str) -> None:
    told = (answer.status, answer.code, answer.pointers)
    assert told == (422, "validation_failed", [f"#/{pointer}"]), repr(name)


def test_a_reference_has_one_form_and_is_found_by_either(pos: Till) -> None:
    sent = order(line("TEA-80"), reference=DECOMPOSED)
    made = pos.post("/orders", sent).body
    assert made["reference"] == COMPOSED
    for asked in (DECOMPOSED, COMPOSED):
        found = pos.get(f"/orders?reference={quote(asked)}").body["items"]
        assert [one["id"] for one in found] == [made["id"]]
    assert pos.get("/orders?reference=CAF%C3%89").body["items"] == []


def test_codes_are_compared_exactly_after_that(backoffice: Till) -> None:
    assert backoffice.post("/orders", order(line("tea-80"))).code == "product_not_found"
    assert backoffice.put("/products/tea-80", CHAI).status == 201
    assert [backoffice.put(f"/taxes/{code}", VAT).status for code in ("std", "STD")] == [201, 201]
    assert backoffice.put("/locations/SHOP", {"name": "Another"}).status == 201
    item = {"sku": "TEA-80", "quantity": 1, "location": "Shop"}
    assert backoffice.post("/inventory/receive", {"items": [item]}, key="k").code == "location_not_found"
    assert backoffice.post("/orders", order(line("TEA-80", tax_code="Std"))).code == "tax_not_found"
    # Full width looks alike but is another code: NFC keeps it.
    assert backoffice.post("/orders", order(line("\uff34EA-80"))).code == "product_not_found"


def test_a_key_is_printable_ascii_in_a_bulk_request_too(pos: Till) -> None:
    keys = ("", "ü", "a\u0007", "a\u00a0b", "a\u200bb", "x" * 256)
    told = pos.post("/commands", [{"key": key, "kind": "reserve", "order": order(line("TEA-80"))} for key in keys])
    for index, item in enumerate(told.body["items"]):
        assert item["status"] == "refused"
        assert [error["pointer"] for error in item["problem"]["errors"]] == [f"#/{index}/key"]
    assert not Order.objects.exists()


def test_as_long_as_a_name_may_be(backoffice: Till) -> None:
    """In characters, not in bytes."""
    code, name, reason = "ü" * 64, "ü" * 200, "ü" * 500
    assert backoffice.put(f"/taxes/{quote(code)}", {**VAT, "name": name}).status == 201
    assert backoffice.put(f"/locations/{quote(code)}", {"name": name}).status == 201
    assert backoffice.put(f"/products/{quote(code)}", {**CHAI, "name": name, "tax_code": code}).status == 201
    made = backoffice.post("/orders", order(line(code), reference=name))
    assert (made.status, made.body["reference"], made.body["lines"][0]["name"]) == (201, name, name)
    for path in (f"/taxes/{quote(code)}", f"/locations/{quote(code)}", f"/products/{quote(code)}"):
        assert backoffice.put(path, {"name": f"{name}ü"}).pointers == ["#/name"]
    url = f"/orders/{made.body['id']}/cancel"
    assert backoffice.post(url, {"reason": f"{reason}ü"}, key="k").pointers == ["#/reason"]
    assert backoffice.post(url, {"reason": reason}, key="k").status == 202
    assert backoffice.put("/store", {"address": reason}).body["address"] == reason


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "5012345678900", "10012345678902"])
def test_a_gtin_is_kept_as_it_is_written(backoffice: Till, gtin: str) -> None:
    assert backoffice.put("/products/CHAI", {**CHAI, "gtin": gtin}).body["gtin"] == gtin
    refused = backoffice.put("/products/OTHER", {**CHAI, "gtin": gtin.zfill(14)})
    assert (refused.code, refused.pointers) == ("gtin_taken", ["#/gtin"])
    wrong = f"{gtin[:-1]}{(int(gtin[-1]) + 1) % 10}"
    assert backoffice.put("/products/OTHER", {**CHAI, "gtin": wrong}).pointers == ["#/gtin"]


def test_the_same_sku_twice_adds_up_but_in_a_count(backoffice: Till, shop: Shop, settle: Settle) -> None:
    twice = [{"sku": "TEA-80", "quantity": 2}, {"sku": "TEA-80", "quantity": 3}]
    for name, level in (("receive", 15), ("adjust", 20), ("write-off", 15)):
        settle(backoffice.post(f"/inventory/{name}", {"items": twice, "reason": "twice"}, key=name), backoffice)
        assert shop.level("TEA-80") == (level, 0), name
    carried = [{**item, "from_location": "shop", "to_location": "stockroom"} for item in twice]
    settle(backoffice.post("/inventory/transfer", {"items": carried}, key="transfer"), backoffice)
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((10, 0), (5, 0))
    settle(backoffice.post("/inventory/items/reserve", {"reference": "R", "items": twice}, key="reserve"), backoffice)
    assert shop.level("TEA-80") == (10, 5)
