"""What the verdict holds the product's amounts against, by figures from an independent calculation."""

import pytest

from project.demo.day import amounts
from project.demo.day.amounts import Amounts, amounts_of, kept_of, spread
from project.demo.day.day import Line, Sale
from project.demo.day.taxes import STANDARD, ZERO, Tax, tax_of

RED = Tax(code="red", name="reduced", rate=5)
LINES = (
    Line(sku="TEA", quantity=3, unit_price_minor=499),
    Line(sku="LOAF", quantity=1, unit_price_minor=250),
    Line(sku="STAMP", quantity=2, unit_price_minor=75),
)


@pytest.fixture(autouse=True)
def _reduced(monkeypatch: pytest.MonkeyPatch) -> None:
    of = {"TEA": STANDARD, "LOAF": RED, "STAMP": ZERO}
    monkeypatch.setattr(amounts, "tax_of", of.__getitem__)


@pytest.mark.parametrize(
    ("discount", "told"),
    [(0, [(1497, 250), (250, 12), (150, 0)]), (10, [(1347, 225), (225, 11), (135, 0)])],
)
def test_a_basket(discount: int, told: list[tuple[int, int]]) -> None:
    found = amounts_of(Sale(lines=LINES, discount_percent=discount))
    assert [(one.gross, one.of_it_tax) for one in found] == told


@pytest.mark.parametrize(("units", "left"), [(0, (1000, 167)), (1, (667, 111)), (2, (333, 56)), (3, (0, 0))])
def test_what_is_kept_when_some_came_back(units: int, left: tuple[int, int]) -> None:
    line = Amounts(sku="TEA", quantity=3, tax=STANDARD, gross=1000, of_it_tax=167)
    assert list(kept_of([line], {"TEA": units})) == [(STANDARD, *left)]


def test_what_comes_back_is_of_the_first_lines() -> None:
    two = [Amounts(sku="TEA", quantity=2, tax=STANDARD, gross=price, of_it_tax=0) for price in (200, 400)]
    assert [gross for _, gross, _ in kept_of(two, {"TEA": 3})] == [0, 200]


def test_what_is_left_over_goes_to_the_largest_remainders() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [1, 2, 4]) == [1, 3, 6]
    assert spread(5, [0, 0]) == [0, 0]


def test_a_small_table_says_what_is_not_taxed() -> None:
    assert (tax_of("22367").rate, tax_of("22752").rate) == (0, 20)
