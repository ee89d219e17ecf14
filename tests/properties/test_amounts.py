"""Whatever is sold, its amounts add up, and are what fractions say."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from orders.commands.core.amounts import ALL, Amounts, Discount, Item, Tax, amounts, part

taxes = st.sampled_from([None, Tax("std", 200_000), Tax("red", 50_000), Tax("nyc", 88_750), Tax("zero", 0)])
percentages = st.integers(0, ALL).map(lambda percent: Discount(percent=percent))


@st.composite
def items(draw: st.DrawFn) -> Item:
    item = Item(
        quantity=draw(st.integers(1, 2_000)),
        unit_price_minor=draw(st.integers(0, 3_000)),
        quantity_decimals=draw(st.sampled_from([0, 0, 0, 3])),
        tax=draw(taxes),
    )
    plain = amounts([item])
    assert isinstance(plain, Amounts)
    discounts = st.integers(0, plain.subtotal_minor).map(lambda minor: Discount(minor=minor))
    return replace(item, discount=draw(st.none() | percentages | discounts))


baskets = st.lists(items(), max_size=12)
ways = st.fixed_dictionaries(
    {"prices_include_tax": st.booleans(), "tax_exempt": st.booleans(), "discount": st.none() | percentages}
)


def worked_out(basket: list[Item], way: dict[str, object]) -> Amounts:
    found = amounts(basket, **way)  # type: ignore[arg-type]
    assert isinstance(found, Amounts)
    return found


@given(basket=baskets, way=ways)
def test_the_lines_are_the_order(basket: list[Item], way: dict[str, object]) -> None:
    found = worked_out(basket, way)
    assert sum(line.total_minor for line in found.lines) == found.total_minor
    assert sum(line.amount_minor for line in found.lines) == found.subtotal_minor
    assert sum(line.discount_minor for line in found.lines) == found.discount_minor
    assert sum(line.tax_minor for line in found.lines) == found.tax_minor
    tax_on_top = 0 if way["prices_include_tax"] else found.tax_minor
    exempted = found.exempted_minor if way["prices_include_tax"] else 0
    assert found.subtotal_minor - found.discount_minor - exempted + tax_on_top == found.total_minor
    assert all(min(line.net_minor, line.tax_minor, line.discount_minor) >= 0 for line in found.lines)


@given(basket=baskets, way=ways)
def test_taxes_are_the_sums_of_their_lines(basket: list[Item], way: dict[str, object]) -> None:
    found = worked_out(basket, way)
    nets: Counter[Tax] = Counter()
    taken: Counter[Tax] = Counter()
    for line in found.lines:
        if line.tax:
            nets[line.tax] += line.net_minor
            taken[line.tax] += line.tax_minor
    assert {one.tax: one.net_minor for one in found.taxes} == dict(nets)
    assert {one.tax: one.tax_minor for one in found.taxes} == dict(taken)


@given(basket=baskets, way=ways)
def test_a_tax_is_that_of_its_goods_together_to_half_a_unit(basket: list[Item], way: dict[str, object]) -> None:
    found = worked_out(basket, {**way, "tax_exempt": False})
    for one in found.taxes:
        gross = one.net_minor + one.tax_minor
        rate = Fraction(one.tax.rate, ALL)
        exact = gross * rate / (1 + rate) if way["prices_include_tax"] else one.net_minor * rate
        assert one.tax_minor == floor(exact + Fraction(1, 2))


@given(basket=baskets, way=ways)
def test_a_share_is_within_one_unit_of_the_exact_one(basket: list[Item], way: dict[str, object]) -> None:
    found, undiscounted = worked_out(basket, way), worked_out(basket, {**way, "discount": None})
    given = found.discount_minor - undiscounted.discount_minor
    reduced = [line.amount_minor - line.discount_minor for line in undiscounted.lines]
    for line, before, weight in zip(found.lines, undiscounted.lines, reduced, strict=True):
        share = line.discount_minor - before.discount_minor
        assert abs(share - Fraction(given * weight, sum(reduced) or 1)) < 1


@given(basket=baskets, way=ways)
def test_the_order_of_lines_changes_no_sum(basket: list[Item], way: dict[str, object]) -> None:
    """Of what is left of shares the earlier line has it, so a tax that is shared by goods that were shared out before
    may differ by what its lines got of that; without a discount of the order nothing does."""
    there, back = (worked_out(lines, {**way, "discount": None}) for lines in (basket, basket[::-1]))
    assert there.total_minor == back.total_minor
    assert set(there.taxes) == set(back.taxes)
    discounted, turned = worked_out(basket, way), worked_out(basket[::-1], way)
    assert discounted.subtotal_minor == turned.subtotal_minor
    assert discounted.discount_minor == turned.discount_minor


@given(minor=st.integers(0, 10**6), quantity=st.integers(1, 500), cuts=st.lists(st.integers(0, 500)))
def test_all_units_give_back_exactly_the_amount_however_they_come(minor: int, quantity: int, cuts: list[int]) -> None:
    steps = sorted({0, quantity, *(cut for cut in cuts if cut < quantity)})
    parts = [part(minor, units, quantity) for units in steps]
    refunds = [now - before for before, now in pairwise(parts)]
    assert sum(refunds) == minor
    assert all(refund >= 0 for refund in refunds)


@given(basket=baskets.filter(bool), way=ways, cuts=st.lists(st.integers(0, 2_000)))
def test_no_part_of_a_line_has_more_tax_than_it_is_worth(
    basket: list[Item], way: dict[str, object], cuts: list[int]
) -> None:
    found = worked_out(basket, way)
    for item, line in zip(basket, found.lines, strict=True):
        for units in {cut % (item.quantity + 1) for cut in cuts}:
            assert 0 <= part(line.tax_minor, units, item.quantity) <= part(line.total_minor, units, item.quantity)
