"""How much of an order was handed over."""

import pytest

from orders.sales.core.shipment import Shipment, ShippedLine


def shipment(*lines: tuple[int, ...]) -> Shipment:
    """(quantity, shipped, cancelled or nothing) of each line."""
    return Shipment([ShippedLine(quantity, shipped, sum(cancelled)) for quantity, shipped, *cancelled in lines])


@pytest.mark.parametrize(
    ("lines", "fully", "partially", "lines_shipped", "units"),
    [
        pytest.param([(2, 0), (1, 0)], False, False, 0, (0, 3), id="nothing"),
        pytest.param([(2, 1), (1, 0)], False, True, 0, (1, 3), id="a part of a line"),
        pytest.param([(2, 2), (1, 0)], False, True, 1, (2, 3), id="one of two lines"),
        pytest.param([(2, 2), (1, 1)], True, False, 2, (3, 3), id="everything"),
        pytest.param([(2, 1, 1), (1, 0, 1)], True, False, 1, (1, 3), id="everything that was not cancelled"),
        pytest.param([(2, 0, 2), (1, 0, 1)], False, False, 0, (0, 3), id="nothing, and it is cancelled"),
        pytest.param([], False, False, 0, (0, 0), id="an order without lines"),
    ],
)
def test_how_much_was_handed_over(
    lines: list[tuple[int, ...]], fully: bool, partially: bool, lines_shipped: int, units: tuple[int, int]
) -> None:
    found = shipment(*lines)
    assert (found.is_full, found.is_partial) == (fully, partially)
    assert sum(line.is_fully_shipped for line in found.lines) == lines_shipped
    assert (found.shipped, found.ordered) == units


@pytest.mark.parametrize(("line", "remaining"), [((3, 1), 2), ((3, 1, 1), 1), ((3, 3), 0), ((3, 0, 3), 0)])
def test_each_line_says_what_remains(line: tuple[int, ...], remaining: int) -> None:
    assert shipment(line).lines[0].remaining == remaining
