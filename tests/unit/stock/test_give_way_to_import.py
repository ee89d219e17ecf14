"""`shortage: release` of an import: each row stands for itself, and the newest holds give way to all of them."""

from typing import Any

import pytest

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order
from orders.journal.core.fold import fold as whole
from tests.unit.build import (
    NOW,
    applied,
    batch,
    command,
    fold,
    hold,
    key,
    level,
    line,
    new_id,
    result,
    shipment,
)


def item(sku: str, quantity: int) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "location": "shop"}


def held(quantity: int) -> Order:
    """An order that holds all of its only line."""
    tea = line("TEA", quantity)
    return shipment(tea, status=Status.PROCESSING, holds=(hold(tea, quantity),))


def imported(*rows: dict[str, Any], **fields: str) -> Command:
    return command(Kind.IMPORT, items=list(rows), **fields)


def test_to_an_import_the_newest_give_way_and_its_other_rows_stand_for_themselves() -> None:
    older, newer = held(2), held(2)
    rows = [item("TEA", 1), item("CUP", 7), item("NO-SUCH", 1), item("TEA", 9)]
    decided = fold(batch([older, newer], [level("TEA", 4, 4), level("CUP", 1)], imported(*rows, shortage="release")))
    assert [one.command.kind for one in decided] == [Kind.BACKORDER, Kind.BACKORDER, Kind.IMPORT]
    done = applied(decided[-1].outcome)
    assert result(done)["counts"] == {"set": 2, "skipped": 0, "refused": 2}
    assert [row["code"] for row in result(done)["rows"]] == ["product_not_found", "sku_repeated"]
    assert result(done)["released"] == [
        {"sku": "TEA", "quantity": 2, "order_id": str(newer.id)},
        {"sku": "TEA", "quantity": 1, "order_id": str(older.id)},
    ]
    assert (done.levels[key("TEA")].on_hand, done.levels[key("TEA")].reserved) == (1, 1)


@pytest.mark.parametrize("shortage", [{}, {"shortage": "reject"}])
def test_to_an_import_nobody_gives_way_unless_it_says_so(shortage: dict[str, str]) -> None:
    asked = imported(item("TEA", 1), item("CUP", 7), **shortage)
    (done,) = fold(batch([held(2)], [level("TEA", 4, 2), level("CUP", 1)], asked))
    found = result(applied(done.outcome))
    assert [row["code"] for row in found["rows"]] == ["less_than_reserved"]
    assert found["counts"] == {"set": 1, "skipped": 0, "refused": 1}
    assert "released" not in found


def test_whoever_an_import_depends_on_is_asked_for() -> None:
    of = batch([held(1)], [level("TEA", 6, 6)], imported(item("TEA", 2), shortage="release"))
    (done,) = fold(of)
    assert [row["code"] for row in result(applied(done.outcome))["rows"]] == ["less_than_reserved"]
    asked = whole(of, now=NOW, new_id=new_id).asked.newest[key("TEA")]
    assert (asked.quantity, asked.enough) == (4, False)
