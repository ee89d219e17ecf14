"""What is rounded and shared where it is not even, what is left away, and what is told of each tax."""

from typing import Any

import pytest

from orders.models import Order
from tests.support.shop.baskets import AMOUNTS, BASKET, line, list_goods, made, of_lines, order
from tests.support.shop.till import Till

LARGEST = 2**53 - 1


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


@pytest.mark.parametrize(
    ("wanted", "amounts"),
    [
        pytest.param(line("CHEESE", 5, unit_price_minor=100), (1, 0, 1, 0, 1), id="an amount by weight"),
        pytest.param(line("STAMP", discount_percent="50"), (75, 38, 37, 0, 37), id="a discount"),
        pytest.param(line("STAMP", unit_price_minor=3, tax_code="std"), (3, 0, 2, 1, 3), id="a tax in the price"),
    ],
)
def test_a_half_is_rounded_away_from_zero(pos: Till, wanted: dict[str, Any], amounts: tuple[int, ...]) -> None:
    assert of_lines(made(pos, order(wanted)), *AMOUNTS) == [amounts]


def test_half_of_a_discount_of_the_order_and_of_a_tax_on_top_too(pos: Till, backoffice: Till) -> None:
    assert made(pos, order(line("STAMP", unit_price_minor=5), discount_percent="10"))["total_minor"] == 4
    backoffice.put("/store", {"prices_include_tax": False})
    assert made(pos, order(line("STAMP", unit_price_minor=10, tax_code="red")))["tax_minor"] == 1


@pytest.mark.parametrize(
    ("prices", "discount", "shares"),
    [
        ((75, 75, 75), 100, [34, 33, 33]),
        ((75, 75, 75), 2, [1, 1, 0]),
        ((1, 2), 1, [0, 1]),
        ((2, 1), 1, [1, 0]),
        ((0, 7, 0), 5, [0, 5, 0]),
    ],
)
def test_the_largest_remainders_get_one_more_and_the_earlier_line_first(
    pos: Till, prices: tuple[int, ...], discount: int, shares: list[int]
) -> None:
    found = made(pos, order(*(line("STAMP", unit_price_minor=one) for one in prices), discount_minor=discount))
    assert [one["discount_minor"] for one in found["lines"]] == shares


def test_a_tax_is_shared_over_its_lines_so_too(pos: Till) -> None:
    found = made(pos, order(*[line("STAMP", unit_price_minor=2, tax_code="std")] * 3))
    assert of_lines(found, "tax_minor") == [(1,), (0,), (0,)]
    assert found["taxes"] == [{"code": "std", "name": "STD", "rate": "20", "net_minor": 5, "tax_minor": 1}]


@pytest.mark.parametrize("discount", [{"discount_percent": "100"}, {"discount_minor": 0}])
def test_of_lines_that_are_worth_nothing_all_shares_are_nothing(pos: Till, discount: dict[str, Any]) -> None:
    found = made(pos, order(*[line("TEA", unit_price_minor=0)] * 2, **discount))
    assert of_lines(found, *AMOUNTS) == [(0, 0, 0, 0, 0)] * 2
    assert found["taxes"] == [{"code": "std", "name": "STD", "rate": "20", "net_minor": 0, "tax_minor": 0}]


def test_all_of_an_order_may_be_given_away(pos: Till) -> None:
    found = made(pos, order(*BASKET, discount_percent="100"))
    assert of_lines(found, "discount_minor", "line_total_minor") == [(1497, 0), (250, 0), (150, 0)]
    assert (found["discount_minor"], found["total_minor"], found["due_minor"], found["tax_minor"]) == (1897, 0, 0, 0)


def test_each_code_and_rate_is_told_the_first_lines_first_at_nothing_too_and_no_untaxed(
    pos: Till, backoffice: Till
) -> None:
    """Two codes are two taxes, though their rate be one: each is rounded by itself."""
    for code, rate in (("zero", "0"), ("other", "20")):
        backoffice.put(f"/taxes/{code}", {"name": code, "rate": rate})
    codes = ("zero", "other", None, "std", "other")
    found = made(pos, order(*(line("STAMP", unit_price_minor=3, tax_code=code) for code in codes)))
    assert [(one["code"], one["rate"], one["net_minor"], one["tax_minor"]) for one in found["taxes"]] == [
        ("zero", "0", 3, 0),
        ("other", "20", 5, 1),
        ("std", "20", 2, 1),
    ]
    assert of_lines(found, "tax_code", "tax_rate")[:3] == [("zero", "0"), ("other", "20"), (None, None)]


def test_what_is_left_away_where_tax_comes_on_top(backoffice: Till) -> None:
    """Of prices without tax all is left as it is, and what would have come on top is told."""
    backoffice.put("/store", {"prices_include_tax": False})
    rows = ((1999, 1), (333, 3), (1, 1))
    wanted = (line("STAMP", n, unit_price_minor=price, tax_code="nyc") for price, n in rows)
    found = made(backoffice, order(*wanted, tax_exempt=True))
    assert (found["subtotal_minor"], found["exempted_minor"], found["tax_minor"]) == (2999, 266, 0)
    assert (found["total_minor"], found["taxes"][0]["rate"], found["taxes"][0]["net_minor"]) == (2999, "0", 2999)


@pytest.mark.parametrize("percent", [None, "10"])
def test_subtotal_less_discount_less_what_is_left_away_is_the_total(supervisor: Till, percent: str | None) -> None:
    found = made(supervisor, order(*BASKET, discount_percent=percent, tax_exempt=True))
    rest = found["subtotal_minor"] - found["discount_minor"] - found["exempted_minor"]
    assert rest == found["total_minor"] == sum(one["net_minor"] for one in found["lines"])
    assert found["exempted_minor"] == (262 if percent is None else 236)


def test_a_till_leaves_no_tax_away_in_a_dry_run_either_and_new_lines_stay_exempt(pos: Till, supervisor: Till) -> None:
    assert pos.post("/orders?dry_run=true", order(line("TEA"), tax_exempt=True)).code == "role_not_allowed"
    draft = made(supervisor, order(line("TEA"), tax_exempt=True))
    found = supervisor.put(f"/orders/{draft['id']}/lines", {"lines": [line("TEA", 2)]}).body
    assert (found["tax_exempt"], found["tax_minor"], found["total_minor"], found["exempted_minor"]) == (
        *(True, 0),
        *(832, 166),
    )


def test_sums_are_no_more_than_an_amount_may_be_with_the_tax_on_top(pos: Till, backoffice: Till) -> None:
    assert pos.post("/orders?dry_run=true", order(line("TEA", unit_price_minor=LARGEST))).status == 200
    backoffice.put("/store", {"prices_include_tax": False})
    refused = pos.post("/orders", order(line("TEA", unit_price_minor=LARGEST)))
    assert (refused.status, refused.code, refused.pointers) == (422, "amount_too_large", ["#/lines"])
    assert not Order.objects.exists()
