"""What an order comes to, worked out elsewhere in exact fractions; a row is a line of it."""

from dataclasses import dataclass

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
    part,
    rounded,
    shared,
)

STD, RED, REDUCED = Tax("std", 200_000), Tax("red", 50_000), Tax("red", 70_000)
NEW_YORK = Tax("nyc", 88_750)
TEN_PERCENT = Discount(percent=100_000)


@dataclass(frozen=True, kw_only=True)
class Basket:
    """`lines`: (item, amount, discount, net, tax, total); `taxes`: (code, net, tax)."""

    lines: list[tuple[Item, int, int, int, int, int]]
    discount: Discount | None = None
    inclusive: bool = True
    exempt: bool = False
    subtotal: int
    discounted: int = 0
    tax: int
    exempted: int = 0
    total: int
    taxes: list[tuple[str, int, int]]

    def worked_out(self) -> Amounts:
        found = amounts(
            [row[0] for row in self.lines],
            discount=self.discount,
            prices_include_tax=self.inclusive,
            tax_exempt=self.exempt,
        )
        assert isinstance(found, Amounts)
        return found


def item(quantity: int, price: int, tax: Tax | None = None, *, decimals: int = 0, less: Discount | None = None) -> Item:
    return Item(quantity=quantity, unit_price_minor=price, quantity_decimals=decimals, discount=less, tax=tax)


BASKETS = {
    "prices include tax": Basket(
        lines=[
            (item(3, 499, STD), 1497, 0, 1247, 250, 1497),
            (item(1, 250, RED), 250, 0, 238, 12, 250),
            (item(2, 75), 150, 0, 150, 0, 150),
        ],
        subtotal=1897,
        tax=262,
        total=1897,
        taxes=[("std", 1247, 250), ("red", 238, 12)],
    ),
    "ten percent off the order": Basket(
        lines=[
            (item(3, 499, STD), 1497, 150, 1122, 225, 1347),
            (item(1, 250, RED), 250, 25, 214, 11, 225),
            (item(2, 75), 150, 15, 135, 0, 135),
        ],
        discount=TEN_PERCENT,
        subtotal=1897,
        discounted=190,
        tax=236,
        total=1707,
        taxes=[("std", 1122, 225), ("red", 214, 11)],
    ),
    "prices without tax": Basket(
        lines=[
            (item(1, 1999, NEW_YORK), 1999, 0, 1999, 177, 2176),
            (item(3, 333, NEW_YORK), 999, 0, 999, 89, 1088),
            (item(1, 1, NEW_YORK), 1, 0, 1, 0, 1),
        ],
        inclusive=False,
        subtotal=2999,
        tax=266,
        total=3265,
        taxes=[("nyc", 2999, 266)],
    ),
    "by weight, discounted by line, exempt": Basket(
        lines=[
            (item(345, 1290, STD, decimals=3, less=Discount(percent=150_000)), 445, 67, 315, 0, 315),
            (item(1, 80, STD, less=Discount(minor=80)), 80, 80, 0, 0, 0),
            (item(1250, 399, REDUCED, decimals=3), 499, 0, 466, 0, 466),
        ],
        exempt=True,
        subtotal=1024,
        discounted=147,
        tax=0,
        exempted=96,
        total=781,
        taxes=[("std", 315, 0), ("red", 466, 0)],
    ),
    "three for ten": Basket(
        lines=[(item(3, 334, STD, less=Discount(minor=2)), 1002, 2, 833, 167, 1000)],
        subtotal=1002,
        discounted=2,
        tax=167,
        total=1000,
        taxes=[("std", 833, 167)],
    ),
    "nothing": Basket(lines=[], subtotal=0, tax=0, total=0, taxes=[]),
    "all of it given away": Basket(
        lines=[(item(2, 50, STD), 100, 100, 0, 0, 0)],
        discount=Discount(percent=1_000_000),
        subtotal=100,
        discounted=100,
        tax=0,
        total=0,
        taxes=[("std", 0, 0)],
    ),
    "prices without tax, exempt": Basket(
        lines=[(item(1, 1000, STD), 1000, 0, 1000, 0, 1000)],
        inclusive=False,
        exempt=True,
        subtotal=1000,
        tax=0,
        exempted=200,
        total=1000,
        taxes=[("std", 1000, 0)],
    ),
}
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
