"""What an order comes to."""

import pytest

from orders.commands.core.amounts import (
    AMOUNT_MINOR_MAX,
    Amounts,
    Discount,
    Excess,
    Item,
    Limit,
    Tax,
    amounts,
    in_coins,
    part,
    rounded,
    shared,
)
from tests.unit.commands.baskets import BASKETS, STD, Basket, item

every_basket = pytest.mark.parametrize("basket", BASKETS.values(), ids=BASKETS)


@every_basket
def test_each_line_comes_to_what_was_worked_out_elsewhere(basket: Basket) -> None:
    found = [
        (line.amount_minor, line.discount_minor, line.net_minor, line.tax_minor, line.total_minor)
        for line in basket.worked_out().lines
    ]
    assert found == [row[1:] for row in basket.lines]


@every_basket
def test_so_does_the_order(basket: Basket) -> None:
    found = basket.worked_out()
    assert found.subtotal_minor == basket.subtotal
    assert found.discount_minor == basket.discounted
    assert found.tax_minor == basket.tax
    assert found.exempted_minor == basket.exempted
    assert found.total_minor == basket.total


@every_basket
def test_taxes_are_listed_by_code_the_first_lines_first(basket: Basket) -> None:
    found = basket.worked_out().taxes
    assert [(one.tax.code, one.net_minor, one.tax_minor) for one in found] == basket.taxes


def test_who_is_exempt_has_lines_that_keep_their_code_at_no_rate() -> None:
    found = BASKETS["by weight, discounted by line, exempt"].worked_out()
    assert [line.tax for line in found.lines] == [Tax("std", 0), Tax("std", 0), Tax("red", 0)]


def test_a_receipt_in_swiss_francs_is_paid_in_five_rappen() -> None:
    assert in_coins(BASKETS["a receipt in Swiss francs"].worked_out().total_minor, 5) == 1225


def test_one_code_with_two_rates_is_two_taxes() -> None:
    found = amounts([item(1, 120, STD), item(1, 107, Tax("std", 70_000))])
    assert isinstance(found, Amounts)
    assert [(one.tax.rate, one.net_minor, one.tax_minor) for one in found.taxes] == [
        (200_000, 100, 20),
        (70_000, 100, 7),
    ]


@pytest.mark.parametrize(("units", "gross", "tax"), [(0, 0, 0), (1, 333, 56), (2, 667, 111), (3, 1000, 167)], ids=str)
def test_units_that_go_back_take_their_part_of_the_line(units: int, gross: int, tax: int) -> None:
    assert part(1000, units, 3) == gross
    assert part(167, units, 3) == tax


@pytest.mark.parametrize(
    ("numerator", "denominator", "whole"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (4, 3, 1), (5, 3, 2), (0, 7, 0), (1, 3, 0), (-1, 3, 0)],
)
def test_a_half_is_rounded_away_from_zero(numerator: int, denominator: int, whole: int) -> None:
    assert rounded(numerator, denominator) == whole


@pytest.mark.parametrize(
    ("minor", "weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (2, [1, 1, 1], [1, 1, 0]),
        (5, [1, 3], [1, 4]),
        (1, [1, 3], [0, 1]),
        (0, [1, 3], [0, 0]),
        (0, [0, 0], [0, 0]),
        (7, [0, 7], [0, 7]),
        (0, [], []),
    ],
    ids=str,
)
def test_what_is_left_of_shares_goes_to_the_largest_remainders_and_the_earlier_line(
    minor: int, weights: list[int], shares: list[int]
) -> None:
    assert shared(minor, weights) == shares


def test_a_discount_of_a_line_is_at_most_its_amount() -> None:
    assert amounts([item(1, 80), item(1, 80, less=Discount(minor=81))]) == [
        Excess(limit=Limit.DISCOUNT_TOO_LARGE, position=1, minor=81, minor_max=80)
    ]


def test_a_discount_of_the_order_is_at_most_what_the_lines_discounts_left() -> None:
    assert amounts([item(1, 80, less=Discount(minor=30))], discount=Discount(minor=51)) == [
        Excess(limit=Limit.DISCOUNT_TOO_LARGE, position=None, minor=51, minor_max=50)
    ]


def test_the_largest_amount_is_reached_and_not_passed() -> None:
    assert isinstance(amounts([item(1, AMOUNT_MINOR_MAX)]), Amounts)
    assert _exceeding([item(1, AMOUNT_MINOR_MAX + 1)]) == [(0, AMOUNT_MINOR_MAX + 1)]
    assert _exceeding([item(1, AMOUNT_MINOR_MAX), item(1, 1)]) == [(None, AMOUNT_MINOR_MAX + 1)]


def test_a_tax_on_top_counts_towards_the_largest_amount() -> None:
    found = amounts([item(1, AMOUNT_MINOR_MAX, STD)], prices_include_tax=False)
    assert isinstance(found, list)
    assert found[0].limit is Limit.AMOUNT_TOO_LARGE


def _exceeding(items: list[Item]) -> list[tuple[int | None, int]]:
    found = amounts(items)
    assert isinstance(found, list)
    assert {one.limit for one in found} == {Limit.AMOUNT_TOO_LARGE}
    return [(one.position, one.minor) for one in found]
