"""Paying for goods that the customer carries home already: what stock lacks is booked as found, and sold."""

from typing import Any

import pytest

from inventory.core.levels import Level, Share, StockMoved, Strategy
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Hold, Line
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Applied
from tests.unit.build import DEPOT, apply, cash, hold, key, level, line, order, refuse, told, world

ADJUST, OUTBOUND = MovementKind.ADJUST, MovementKind.OUTBOUND


def sell(*lines: Line, shelves: list[Level], holds: tuple[Hold, ...] = (), **more: Any) -> Applied:
    total = sum(line.total_minor for line in lines)
    found = order(*lines, holds=holds, status=Status.PROCESSING if holds else Status.DRAFT)
    strategy = {"strategy": more.pop("strategy")} if "strategy" in more else {}
    paid, after = apply(found, Kind.PAY, world(*shelves, **strategy), tenders=[cash(total)], shortage="record", **more)
    assert all(one.shipped == one.quantity for one in after.lines)
    return paid


def found(quantity: int, sku: str = "TEA", location: str = "shop") -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "location": location}


def test_what_is_there_is_sold_as_ever() -> None:
    paid = sell(line("TEA", 2), shelves=[level("TEA", 2)])
    assert paid.stock_moved == [StockMoved(key("TEA"), OUTBOUND, -2, 0, 0, 0)]
    assert told(paid, "shortfalls") == ([],)


def test_what_is_missing_is_found_first_and_then_sold() -> None:
    paid = sell(line("TEA", 5), shelves=[level("TEA", 2)])
    assert paid.stock_moved == [
        StockMoved(key("TEA"), ADJUST, 3, 0, 5, 0),
        StockMoved(key("TEA"), OUTBOUND, -5, 0, 0, 0),
    ]
    assert paid.reasons == {ADJUST: "shortfall"}
    assert told(paid, "shortfalls") == ([found(3)],)


def test_lines_of_one_product_lack_together() -> None:
    paid = sell(line("TEA", 2), line("TEA", 2), line("CUP", 1), shelves=[level("TEA", 3), level("CUP", 1)])
    assert told(paid, "shortfalls") == ([found(1)],)


def test_what_others_hold_stays_theirs() -> None:
    paid = sell(line("TEA", 3), shelves=[level("TEA", 4, 2)])
    assert paid.levels == {key("TEA"): level("TEA", 2, 2)}
    assert told(paid, "shortfalls") == ([found(1)],)


def test_what_the_order_holds_is_taken_first() -> None:
    tea = line("TEA", 3, backordered=2)
    paid = sell(tea, shelves=[level("TEA", 1, 1)], holds=(hold(tea, 1),))
    assert paid.levels == {key("TEA"): level("TEA", 0)}
    assert told(paid, "shortfalls") == ([found(2)],)


def test_other_locations_give_what_they_have() -> None:
    paid = sell(line("TEA", 9), shelves=[level("TEA", 2), level("TEA", 4, location=DEPOT)])
    assert set(paid.levels.values()) == {level("TEA", 0), level("TEA", 0, location=DEPOT)}
    assert told(paid, "shortfalls") == ([found(3)],)


def test_a_product_without_a_level_gets_one_at_the_first_location() -> None:
    paid = sell(line("CUP", 2), shelves=[])
    assert paid.levels == {key("CUP"): level("CUP", 0)}
    assert told(paid, "shortfalls") == ([found(2, "CUP")],)


def test_what_is_skipped_is_not_found() -> None:
    paid = sell(line("POSTAGE", 1), line("CUP", 1), shelves=[], skip_missing=True)
    assert told(paid, "shortfalls", "skipped") == ([], ["POSTAGE", "CUP"])
    assert paid.levels == {}


def from_one(levels: Any, quantity: int) -> tuple[Share, ...] | None:
    """A shop that does not split."""
    return next(((Share(one.key, quantity),) for one in levels if one.available >= quantity), None)


@pytest.mark.parametrize("wanted", [5, 7])
def test_where_no_line_is_split_the_first_location_has_all_of_it(wanted: int) -> None:
    strategy: Strategy = from_one
    shelves = [level("TEA", 2), level("TEA", 4, location=DEPOT)]
    paid = sell(line("TEA", wanted), shelves=shelves, strategy=strategy)
    assert paid.levels == {key("TEA"): level("TEA", 0)}
    assert told(paid, "shortfalls") == ([found(wanted - 2)],)


@pytest.mark.parametrize("shortage", ["reject", "backorder", None])
def test_otherwise_a_sale_needs_its_goods(shortage: str | None) -> None:
    refused = refuse(order(line("TEA", 1)), Kind.PAY, world(), tenders=[cash(450)], shortage=shortage)
    assert refused.code is Code.STOCK_INSUFFICIENT
