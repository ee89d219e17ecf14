"""Stock commands: goods arrive, a figure is corrected, goods are written off. All items or none."""

from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code
from tests.unit.build import (
    DEPOT,
    applied,
    command,
    decide,
    details,
    key,
    level,
    rejected,
    result,
    shortages,
    told,
    world,
)
from tests.unit.stock.items import item


@pytest.mark.parametrize(
    ("kind", "quantity", "movement", "change"),
    [
        (Kind.RECEIVE, 4, MovementKind.INBOUND, 4),
        (Kind.ADJUST, 4, MovementKind.ADJUST, 4),
        (Kind.ADJUST, -4, MovementKind.ADJUST, -4),
        (Kind.WRITE_OFF, 4, MovementKind.DAMAGED, -4),
    ],
)
def test_each_kind_moves_the_level_its_way(kind: Kind, quantity: int, movement: MovementKind, change: int) -> None:
    asked = command(kind, items=[item("TEA", quantity)], reason="wet", reference="PO-2211")
    moved = applied(decide(None, asked, world(level("TEA", 9, 2))))
    assert moved.stock_moved == [StockMoved(key("TEA"), movement, change, 0, 9 + change, 2)]
    assert moved.levels == {key("TEA"): level("TEA", 9 + change, 2)}
    assert (moved.reason, moved.reference) == ("wet", "" if kind is Kind.ADJUST else "PO-2211")
    assert (moved.order, moved.money_moved, moved.entries, moved.takes_number) == (None, [], [], False)
    after = {"sku": "TEA", "location": "shop", "on_hand": 9 + change, "reserved": 2, "available": 7 + change}
    assert told(moved, "items", "skipped") == ([after], [])


@pytest.mark.parametrize(("code", "location"), [(None, key("TEA")), ("shop", key("TEA")), ("depot", key("TEA", DEPOT))])
def test_the_named_location_or_the_first(code: str | None, location: tuple[int, int]) -> None:
    moved = applied(decide(None, command(Kind.RECEIVE, items=[item("TEA", 1, code)]), world()))
    assert moved.levels == {location: Level(location, 1, 0)}


def test_a_level_is_made_where_there_was_none() -> None:
    moved = applied(decide(None, command(Kind.RECEIVE, items=[item("CUP", 6, "depot")]), world(level("CUP", 1))))
    assert moved.stock_moved == [StockMoved(key("CUP", DEPOT), MovementKind.INBOUND, 6, 0, 6, 0)]
    assert result(moved)["items"] == [{"sku": "CUP", "location": "depot", "on_hand": 6, "reserved": 0, "available": 6}]


def test_items_of_one_level_are_summed_and_others_stand_beside_them() -> None:
    items = [item("TEA", 2), item("CUP", 1), item("TEA", 3), item("TEA", 1, "depot")]
    moved = applied(decide(None, command(Kind.RECEIVE, items=items), world(level("TEA", 1))))
    assert [(one.key, one.quantity_change, one.quantity_after) for one in moved.stock_moved] == [
        (key("TEA"), 5, 6),
        (key("CUP"), 1, 1),
        (key("TEA", DEPOT), 1, 1),
    ]


@pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.ADJUST])
@pytest.mark.parametrize(("quantity", "allowed"), [(3, True), (4, False)])
def test_what_is_reserved_stays(kind: Kind, quantity: int, allowed: bool) -> None:
    signed = quantity if kind is Kind.WRITE_OFF else -quantity
    outcome = decide(None, command(kind, items=[item("TEA", signed)]), world(level("TEA", 8, 5)))
    if allowed:
        assert applied(outcome).levels == {key("TEA"): level("TEA", 5, 5)}
    else:
        refused = rejected(outcome)
        assert refused.code is Code.STOCK_INSUFFICIENT
        assert shortages(refused) == [("TEA", 4, 3, 8)]


@pytest.mark.parametrize(
    ("kind", "items", "short"),
    [
        pytest.param(Kind.WRITE_OFF, [("TEA", 1), ("CUP", 2)], ["CUP"], id="one of two"),
        pytest.param(Kind.WRITE_OFF, [("TEA", 3), ("CUP", 2)], ["TEA", "CUP"], id="both"),
        pytest.param(Kind.ADJUST, [("TEA", 5), ("CUP", -2)], ["CUP"], id="one up, one down"),
        pytest.param(Kind.WRITE_OFF, [("TEA", 1, "depot")], ["TEA"], id="none at that location"),
        pytest.param(Kind.ADJUST, [("TEA", 1, "depot"), ("TEA", -3)], ["TEA"], id="elsewhere does not count"),
    ],
)
def test_all_items_or_none(kind: Kind, items: list[Any], short: list[str]) -> None:
    asked = command(kind, items=[item(*each) for each in items])
    refused = rejected(decide(None, asked, world(level("TEA", 2), level("CUP", 1))))
    assert refused.code is Code.STOCK_INSUFFICIENT
    assert [row["sku"] for row in details(refused)] == short


def test_what_one_sku_lacks_is_told_for_all_its_items() -> None:
    items = [item("TEA", 3), item("TEA", 2), item("TEA", 2)]
    refused = rejected(decide(None, command(Kind.WRITE_OFF, items=items), world(level("TEA", 4))))
    assert shortages(refused) == [("TEA", 7, 4, 4)]


def test_the_order_of_items_does_not_matter() -> None:
    down_first = [item("TEA", -3), item("TEA", 5)]
    for items in (down_first, down_first[::-1]):
        moved = applied(decide(None, command(Kind.ADJUST, items=items, reason="recount"), world(level("TEA", 1))))
        assert moved.stock_moved == [StockMoved(key("TEA"), MovementKind.ADJUST, 2, 0, 3, 0)]


def test_products_that_are_not_counted_are_skipped() -> None:
    items = [item("POSTAGE", 3), item("TEA", 1), item("POSTAGE", 1), item("GIFT-CARD", 1)]
    moved = applied(decide(None, command(Kind.RECEIVE, items=items), world()))
    assert list(moved.levels) == [key("TEA")]
    assert result(moved)["skipped"] == ["POSTAGE", "GIFT-CARD"]


def test_a_level_that_lacks_is_told_by_its_own_figures() -> None:
    shelves = world(level("TEA", 9), level("TEA", 2, 1, DEPOT))
    refused = rejected(decide(None, command(Kind.WRITE_OFF, items=[item("TEA", 2, "depot")]), shelves))
    assert refused.detail == "Not enough stock. TEA: 2 asked for, 1 available."
    assert shortages(refused) == [("TEA", 2, 1, 2)]


def test_two_levels_of_one_sku_that_lack_are_told_together() -> None:
    items = [item("TEA", 4), item("TEA", 3, "depot")]
    shelves = world(level("TEA", 3), level("TEA", 2, location=DEPOT))
    refused = rejected(decide(None, command(Kind.WRITE_OFF, items=items), shelves))
    assert shortages(refused) == [("TEA", 7, 5, 5)]
