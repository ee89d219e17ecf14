"""Counting, transferring and importing: what is on hand is set, or carried from one location to another."""

from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Applied
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


def carry(sku: str, quantity: int, source: str = "shop", target: str = "depot") -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "from_location": source, "to_location": target}


def change(kind: Kind, items: list[dict[str, Any]], *levels: Level) -> Applied:
    return applied(decide(None, command(kind, items=items, reason="recount"), world(*levels)))


@pytest.mark.parametrize(("counted", "difference"), [(9, 4), (5, 0), (2, -3)])
def test_what_was_counted_is_on_hand(counted: int, difference: int) -> None:
    moved = change(Kind.COUNT, [item("TEA", counted)], level("TEA", 5, 2))
    assert moved.stock_moved == [StockMoved(key("TEA"), MovementKind.SET, difference, 0, counted, 2)]
    assert (moved.reason, moved.reference) == ("recount", "")


def test_the_last_count_of_a_level_is_the_one_that_holds() -> None:
    moved = change(Kind.COUNT, [item("TEA", 9), item("TEA", 4)], level("TEA", 5))
    assert moved.stock_moved == [StockMoved(key("TEA"), MovementKind.SET, -1, 0, 4, 0)]


def test_a_count_finds_what_had_no_level() -> None:
    moved = change(Kind.COUNT, [item("CUP", 3, "depot"), item("POSTAGE", 1)])
    assert moved.levels == {key("CUP", DEPOT): level("CUP", 3, location=DEPOT)}
    assert told(moved, "skipped") == (["POSTAGE"],)


def test_fewer_than_are_reserved_cannot_be_counted() -> None:
    asked = command(Kind.COUNT, items=[item("CUP", 1), item("TEA", 1)])
    refused = rejected(decide(None, asked, world(level("TEA", 5, 2), level("CUP", 4), level("TEA", 9, location=DEPOT))))
    assert refused.code is Code.STOCK_INSUFFICIENT
    assert refused.detail == "Fewer were counted than are reserved. TEA: 2 are reserved, 1 counted."
    assert shortages(refused) == [("TEA", 1, 3, 5)]


def test_goods_are_carried_to_another_location() -> None:
    moved = change(Kind.TRANSFER, [carry("TEA", 3)], level("TEA", 5, 2))
    assert moved.stock_moved == [
        StockMoved(key("TEA"), MovementKind.TRANSFER, -3, 0, 2, 2),
        StockMoved(key("TEA", DEPOT), MovementKind.TRANSFER, 3, 0, 3, 0),
    ]


def test_what_was_carried_can_be_carried_on() -> None:
    moved = change(Kind.TRANSFER, [carry("TEA", 2), carry("TEA", 1, "depot", "shop")], level("TEA", 2))
    assert moved.levels == {key("TEA"): level("TEA", 1), key("TEA", DEPOT): level("TEA", 1, location=DEPOT)}


@pytest.mark.parametrize("items", [[carry("TEA", 4)], [carry("CUP", 1), carry("TEA", 4)], [carry("TEA", 1, "depot")]])
def test_what_is_reserved_or_elsewhere_is_not_carried(items: list[dict[str, Any]]) -> None:
    refused = rejected(decide(None, command(Kind.TRANSFER, items=items), world(level("TEA", 5, 2), level("CUP", 1))))
    assert refused.code is Code.STOCK_INSUFFICIENT
    assert [row["sku"] for row in details(refused)] == ["TEA"]


def test_what_one_sku_lacks_is_told_for_all_its_items() -> None:
    items = [carry("TEA", 2), carry("CUP", 1), carry("TEA", 3), carry("TEA", 1, "depot", "shop")]
    shelves = world(level("TEA", 4), level("CUP", 1), level("TEA", 9, location=DEPOT))
    refused = rejected(decide(None, command(Kind.TRANSFER, items=items), shelves))
    assert refused.detail == "Not enough stock. TEA: 5 asked for, 4 available."
    assert shortages(refused) == [("TEA", 5, 4, 4)]


def test_every_row_of_an_import_has_its_own_answer() -> None:
    rows = [
        item("TEA", 7),
        item("SAUCER", 1),
        item("CUP", 1, "attic"),
        item("POSTAGE", 1),
        item("CUP", 1),
        item("TEA", 6, "depot"),
        item("TEA", 8, "shop"),
        item("POSTAGE", 2, "shop"),
    ]
    moved = change(Kind.IMPORT, rows, level("TEA", 5), level("CUP", 4, 2))
    assert moved.stock_moved == [
        StockMoved(key("TEA"), MovementKind.IMPORT, 2, 0, 7, 0),
        StockMoved(key("TEA", DEPOT), MovementKind.IMPORT, 6, 0, 6, 0),
    ]
    assert [(row["index"], row["sku"], row["code"], row["detail"]) for row in result(moved)["rows"]] == [
        (1, "SAUCER", "product_not_found", "The store has no product SAUCER."),
        (2, "CUP", "location_not_found", "The store has no location attic."),
        (4, "CUP", "less_than_reserved", "Of CUP 2 are reserved there."),
        (6, "TEA", "sku_repeated", "An earlier row is of TEA at shop already."),
        (7, "POSTAGE", "sku_repeated", "An earlier row is of POSTAGE at shop already."),
    ]
    assert result(moved)["counts"] == {"set": 2, "skipped": 1, "refused": 5}
