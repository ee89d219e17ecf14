"""How much of an order was handed over."""

from typing import Any

import pytest

from orders.sales.core.shipment import shipment_status


def order(*lines: tuple[int, ...]) -> dict[str, Any]:
    """(quantity, shipped, cancelled or nothing) of each line."""
    return {
        "id": "o-1",
        "number": 1001,
        "status": "processing",
        "lines": [
            {
                "id": f"l-{position}",
                "name": "Earl Grey",
                "quantity": quantity,
                "shipped_quantity": shipped,
                "cancelled_quantity": sum(cancelled),
            }
            for position, (quantity, shipped, *cancelled) in enumerate(lines)
        ],
    }


@pytest.mark.parametrize(
    ("lines", "fully", "partially", "items_shipped", "units"),
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
def test_shipment_status(
    lines: list[tuple[int, ...]], fully: bool, partially: bool, items_shipped: int, units: tuple[int, int]
) -> None:
    status = shipment_status(order(*lines))
    assert (status["is_fully_shipped"], status["is_partially_shipped"]) == (fully, partially)
    assert (status["shipped_item_count"], status["total_item_count"]) == (items_shipped, len(lines))
    assert (status["total_shipped_units"], status["total_ordered_units"]) == units


def test_each_line_says_what_remains() -> None:
    status = shipment_status(order((3, 1)))
    assert (status["order_id"], status["order_number"], status["order_status"]) == ("o-1", 1001, "processing")
    assert status["items"] == [
        {
            "item_id": "l-0",
            "product_name": "Earl Grey",
            "quantity": 3,
            "shipped_quantity": 1,
            "cancelled_quantity": 0,
            "remaining_quantity": 2,
            "is_fully_shipped": False,
        }
    ]
