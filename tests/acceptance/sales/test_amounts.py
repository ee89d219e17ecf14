"""What an order comes to, as the till sees it: discounts and taxes, worked out elsewhere in exact fractions."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.shop.baskets import AMOUNTS, BASKET, line, list_goods, made, of_lines, order
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


def test_prices_include_tax(pos: Till) -> None:
    found = made(pos, order(*BASKET))
    assert of_lines(found, *AMOUNTS) == [(1497, 0, 1247, 250, 1497), (250, 0, 238, 12, 250), (150, 0, 150, 0, 150)]
    assert (found["subtotal_minor"], found["discount_minor"], found["tax_minor"]) == (1897, 0, 262)
    assert (found["total_minor"], found["due_minor"], found["exempted_minor"]) == (1897, 1897, 0)
    assert found["taxes"] == [
        {"code": "std", "name": "STD", "rate": "20", "net_minor": 1247, "tax_minor": 250},
        {"code": "red", "name": "RED", "rate": "5", "net_minor": 238, "tax_minor": 12},
    ]
    assert (found["prices_include_tax"], found["tax_exempt"], found["own_discount"]) == (True, False, None)
    assert of_lines(found, "tax_code", "tax_rate", "own_discount") == [
        ("std", "20", None),
        ("red", "5", None),
        (None, None, None),
    ]


def test_ten_percent_off_the_order(pos: Till) -> None:
    found = made(pos, order(*BASKET, discount_percent="10.0"))
    assert of_lines(found, *AMOUNTS) == [
        (1497, 150, 1122, 225, 1347),
        (250, 25, 214, 11, 225),
        (150, 15, 135, 0, 135),
    ]
    assert (found["subtotal_minor"], found["discount_minor"], found["tax_minor"]) == (1897, 190, 236)
    assert (found["total_minor"], found["own_discount"]) == (1707, {"minor": None, "percent": "10"})


def test_prices_without_tax(pos: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"prices_include_tax": False})
    rows = ((1999, 1), (333, 3), (1, 1))
    found = made(pos, order(*(line("STAMP", n, unit_price_minor=price, tax_code="nyc") for price, n in rows)))
    assert of_lines(found, *AMOUNTS) == [(1999, 0, 1999, 177, 2176), (999, 0, 999, 89, 1088), (1, 0, 1, 0, 1)]
    assert (found["subtotal_minor"], found["tax_minor"], found["total_minor"]) == (2999, 266, 3265)
    assert found["taxes"] == [{"code": "nyc", "name": "NYC", "rate": "8.875", "net_minor": 2999, "tax_minor": 266}]
    assert found["prices_include_tax"] is False
    assert of_lines(found, "list_price_minor", "unit_price_minor") == [(75, 1999), (75, 333), (75, 1)]


def test_new_lines_are_made_of_the_stores_prices_and_tax_mode_as_they_are_by_then(pos: Till, backoffice: Till) -> None:
    """A price and whether tax is in it are of one snapshot: the draft's own until it gets new lines."""
    url = f"/orders/{made(pos, order(*BASKET))['id']}"
    before = pos.get(url).body
    backoffice.put("/store", {"prices_include_tax": False})
    backoffice.put("/products/TEA", {"name": "Tea", "price_minor": 500, "currency": "GBP"})
    assert pos.get(url).body == before
    assert pos.put(f"{url}/lines", {"lines": [line("TEA", 3)]}).status == 200
    found = pos.get(url).body
    assert found["prices_include_tax"] is False
    assert of_lines(found, "name", "list_price_minor", *AMOUNTS) == [("Tea", 500, 1500, 0, 1500, 300, 1800)]
    assert (found["total_minor"], found["taxes"][0]["net_minor"]) == (1800, 1500)


def test_by_weight_with_line_discounts_and_exempt(supervisor: Till) -> None:
    lines = [
        line("CHEESE", 345, discount_percent="15"),
        line("STAMP", tax_code="std", unit_price_minor=80, discount_minor=80),
        line("APPLES", 1250),
    ]
    found = made(supervisor, order(*lines, tax_exempt=True))
    assert of_lines(found, *AMOUNTS) == [(445, 67, 315, 0, 315), (80, 80, 0, 0, 0), (499, 0, 466, 0, 466)]
    assert (found["subtotal_minor"], found["discount_minor"], found["exempted_minor"]) == (1024, 147, 96)
    assert (found["tax_minor"], found["total_minor"], found["tax_exempt"]) == (0, 781, True)
    assert [(tax["code"], tax["rate"], tax["net_minor"], tax["tax_minor"]) for tax in found["taxes"]] == [
        ("std", "0", 315, 0),
        ("low", "0", 466, 0),
    ]
    assert of_lines(found, "unit", "quantity_decimals", "own_discount") == [
        ("kg", 3, {"minor": None, "percent": "15"}),
        ("piece", 0, {"minor": 80, "percent": None}),
        ("kg", 3, None),
    ]


def test_three_for_ten_come_back_one_by_one(supervisor: Till, settle: Settle, shop: Shop) -> None:
    found = made(supervisor, order(line("STAMP", 3, unit_price_minor=334, discount_minor=2, tax_code="std")))
    assert of_lines(found, *AMOUNTS) == [(1002, 2, 833, 167, 1000)]
    url = f"/orders/{found['id']}"
    pay = {"tenders": [{"method": "card", "amount_minor": 1000}], "expected_total_minor": 1000}
    settle(supervisor.post(f"{url}/pay", pay, key="pay"), supervisor)
    back = {"lines": [line("STAMP", condition="sellable")]}
    refunds = []
    for n in range(3):
        settled = settle(supervisor.post(f"{url}/return", back, key=f"back {n}"), supervisor)
        refunds.append(settled["result"]["refunded_minor"])
        assert supervisor.get(url).body["due_minor"] == 0
    assert refunds == [333, 334, 333]
    after = supervisor.get(url).body
    assert (after["status"], after["payment_status"], after["refunded_minor"]) == ("returned", "refunded", 1000)
    assert after["total_minor"] == 1000


def test_a_line_without_tax_by_its_own_word_is_another_order(pos: Till) -> None:
    id_ = str(uuid4())
    assert made(pos, order(line("TEA"), id=id_))["tax_minor"] == 83
    assert pos.post("/orders", order(line("TEA"), id=id_)).status == 200
    assert pos.post("/orders", order(line("TEA", tax_code=None), id=id_)).code == "id_reused"
    assert made(pos, order(line("TEA", tax_code=None)))["tax_minor"] == 0
