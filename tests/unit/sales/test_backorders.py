"""Backorders: an order goes on although stock lacks something, and what arrives is held for the oldest first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Line, Order
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Backorder
from orders.commands.core.tenders import Method
from tests.unit.build import (
    DEPOT,
    NOW,
    applied,
    apply,
    batch,
    cash,
    codes,
    command,
    fold,
    hold,
    key,
    level,
    line,
    new_id,
    order,
    product,
    refuse,
    shipment,
    shortages,
    told,
    world,
)

RESERVE = MovementKind.RESERVE
YESTERDAY = NOW - timedelta(days=1)


def waiting(*lines: Line, held: int = 0, since: Any = YESTERDAY, **fields: Any) -> Order:
    """A paid shipment that holds some of its first line and waits for the rest."""
    total = sum(line.total_minor for line in lines)
    usual: dict[str, Any] = {"status": Status.PROCESSING, "money": {Method.CARD: total}, "backordered_at": since}
    return shipment(*lines, holds=(hold(lines[0], held),) if held else (), **usual | fields)


def awaits(line: Line) -> dict[str, Any]:
    return {"line_id": str(line.id), "sku": line.sku, "quantity": line.backordered}


@pytest.mark.parametrize(
    ("levels", "held", "backordered"),
    [
        pytest.param([level("TEA", 9)], [(key("TEA"), 5)], 0, id="all there"),
        pytest.param([level("TEA", 2)], [(key("TEA"), 2)], 3, id="some there"),
        pytest.param(
            [level("TEA", 2), level("TEA", 1, location=DEPOT)],
            [(key("TEA"), 2), (key("TEA", DEPOT), 1)],
            2,
            id="some here, some there",
        ),
        pytest.param([level("TEA", 4, 4)], [], 5, id="all of it held by others"),
        pytest.param([], [], 5, id="no level at all"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.RESERVE, Kind.PAY])
def test_what_is_there_is_held_and_the_rest_is_waited_for(
    kind: Kind, levels: list[Level], held: list[Any], backordered: int
) -> None:
    tea = line("TEA", 5)
    change, after = apply(shipment(tea), kind, world(*levels), tenders=[cash(2250)], shortage="backorder")
    assert [(one.key, one.quantity) for one in after.holds] == held
    assert after.lines == (replace(tea, backordered=backordered),)
    assert (after.status, after.backordered_at) == (Status.PROCESSING, NOW if backordered else None)
    assert told(change, "backordered") == ([awaits(after.lines[0])] if backordered else [],)


def test_two_lines_of_one_sku_share_what_is_there_first_line_first() -> None:
    _, after = apply(
        shipment(line("TEA", 2), line("TEA", 2)), Kind.RESERVE, world(level("TEA", 3)), shortage="backorder"
    )
    assert [one.backordered for one in after.lines] == [0, 1]


def test_what_no_level_counts_is_skipped_rather_than_waited_for_where_the_till_says_so() -> None:
    found = shipment(line("CUP", 2), line("POSTAGE", 1))
    change, after = apply(found, Kind.RESERVE, world(), shortage="backorder", skip_missing=True)
    assert told(change, "skipped", "backordered") == (["CUP", "POSTAGE"], [])
    assert after.backordered_at is None


@pytest.mark.parametrize("shortage", [None, "reject"])
def test_without_being_told_to_no_order_waits(shortage: str | None) -> None:
    refused = refuse(shipment(line("TEA", 2)), Kind.RESERVE, world(level("TEA", 1)), shortage=shortage)
    assert refused.code == Code.STOCK_INSUFFICIENT
    assert shortages(refused) == [("TEA", 2, 1, 1)]


def test_an_immediate_sale_is_never_waited_for() -> None:
    found = order(line("TEA", 2))
    refused = refuse(found, Kind.PAY, world(level("TEA", 1)), tenders=[cash(900)], shortage="backorder")
    assert refused.code is Code.STOCK_INSUFFICIENT


def test_what_arrived_is_held_as_far_as_it_goes() -> None:
    tea = line("TEA", 5, backordered=3)
    found = waiting(tea, held=2)
    allocated, after = apply(found, Kind.ALLOCATE, world(level("TEA", 4, 2)))
    assert allocated.stock_moved == [StockMoved(key("TEA"), RESERVE, 0, 2, 4, 4)]
    assert [one.quantity for one in after.holds] == [2, 2]
    assert (after.lines[0].backordered, after.backordered_at) == (1, YESTERDAY)
    assert allocated.reason == "stock arrived"


def test_an_order_that_got_everything_waits_no_longer() -> None:
    tea, cup = line("TEA", 2, backordered=2), line("CUP", 1)
    allocated, after = apply(waiting(tea, cup), Kind.ALLOCATE, world(level("TEA", 9), level("CUP", 9)))
    assert after.lines == (replace(tea, backordered=0), cup)
    assert after.backordered_at is None
    assert told(allocated, "backordered") == ([],)
    assert [(one.key, one.quantity) for one in after.holds] == [(key("TEA"), 2)]


def test_nothing_there_is_a_refusal() -> None:
    tea = line("TEA", 5, backordered=3)
    refused = refuse(waiting(tea, held=2), Kind.ALLOCATE, world(level("TEA", 2, 2)))
    assert refused.code == Code.STOCK_INSUFFICIENT
    assert shortages(refused) == [("TEA", 5, 0, 2)]


@pytest.mark.parametrize(
    ("older", "held"),
    [
        pytest.param([(timedelta(hours=1), 2)], 1, id="older ones first"),
        pytest.param([(timedelta(hours=1), 1), (timedelta(hours=2), 1)], 1, id="all of them"),
        pytest.param([(timedelta(hours=-1), 2)], 3, id="younger ones do not count"),
        pytest.param([(timedelta(hours=1), 3)], 0, id="nothing is left"),
    ],
)
def test_older_backorders_go_first(older: list[tuple[timedelta, int]], held: int) -> None:
    tea = line("TEA", 3, backordered=3)
    found = waiting(tea)
    waits = [Backorder(YESTERDAY - before, new_id(), quantity) for before, quantity in older]
    own = Backorder(YESTERDAY, found.id, 3)
    shelves = world(level("TEA", 3), backorders={product("TEA"): [*waits, own]})
    if held:
        _, after = apply(found, Kind.ALLOCATE, shelves)
        assert [one.quantity for one in after.holds] == [held]
    else:
        assert refuse(found, Kind.ALLOCATE, shelves).code is Code.STOCK_INSUFFICIENT


def test_new_holds_of_an_unpaid_order_lapse_with_the_old_ones() -> None:
    tea = line("TEA", 3, backordered=2)
    end = NOW + timedelta(minutes=5)
    found = shipment(tea, status=Status.PROCESSING, holds=(hold(tea, 1, expires_at=end),), backordered_at=YESTERDAY)
    _, after = apply(found, Kind.ALLOCATE, world(level("TEA", 3, 1)))
    assert [one.expires_at for one in after.holds] == [end, end]


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.RELEASE])
def test_an_order_that_gives_up_waits_no_longer(kind: Kind) -> None:
    tea = line("TEA", 3, backordered=2)
    held = hold(tea, 1)
    found = shipment(tea, status=Status.PROCESSING, holds=(held,), backordered_at=YESTERDAY)
    _, after = apply(found, kind, world(level("TEA", 1, 1)))
    cancelled = 3 if kind is Kind.CANCEL else 0
    assert after.lines == (replace(tea, backordered=0, cancelled=cancelled),)
    assert (after.holds, after.backordered_at) == ((), None)


def test_a_cancelled_backorder_is_refunded_whole() -> None:
    tea = line("TEA", 3, backordered=2)
    cancelled, _ = apply(waiting(tea, held=1), Kind.CANCEL, world(level("TEA", 1, 1)))
    assert told(cancelled, "refunded_minor") == (1350,)


def test_all_that_is_held_leaves_and_the_rest_is_still_waited_for() -> None:
    tea, cup = line("TEA", 5, backordered=3), line("CUP", 1, backordered=1)
    shipped, after = apply(waiting(tea, cup, held=2), Kind.FULFILL, world(level("TEA", 2, 2)))
    assert after.lines == (replace(tea, shipped=2), cup)
    assert (after.status, after.holds, after.backordered_at) == (Status.PARTIALLY_SHIPPED, (), YESTERDAY)
    assert shipped.stock_moved == [StockMoved(key("TEA"), MovementKind.OUTBOUND, -2, -2, 0, 0)]


@pytest.mark.parametrize("shelf", [[level("TEA", 9, 2)], [level("TEA", 2, 2)]])
def test_no_more_leaves_than_is_held_whatever_is_there_for_others(shelf: list[Level]) -> None:
    tea = line("TEA", 5, backordered=3)
    rows = [{"line_id": str(tea.id), "quantity": 4}]
    refused = refuse(waiting(tea, held=2), Kind.FULFILL, world(*shelf), lines=rows)
    assert refused.code is Code.STOCK_INSUFFICIENT


@pytest.mark.parametrize("shelf", [[], [level("TEA", 5)]])
def test_what_is_waited_for_does_not_leave_from_nowhere(shelf: list[Level]) -> None:
    tea = line("TEA", 2, backordered=2)
    rows = [{"line_id": str(tea.id), "quantity": 1}]
    refused = refuse(waiting(tea), Kind.FULFILL, world(*shelf), lines=rows)
    assert refused.code == Code.STOCK_INSUFFICIENT
    assert shortages(refused) == [("TEA", 2, *[len(shelf) * 5] * 2)]


def test_when_all_that_remains_is_waited_for_nothing_can_leave() -> None:
    tea, cup = line("TEA", 2, shipped=2), line("CUP", 3, backordered=3)
    found = waiting(tea, line("POSTAGE", 1, shipped=1), cup, status=Status.PARTIALLY_SHIPPED)
    refused = refuse(found, Kind.FULFILL, world(level("TEA", 5)))
    assert refused.code == Code.STOCK_INSUFFICIENT
    assert shortages(refused) == [("CUP", 3, 0, 0)]


def test_an_immediate_sale_that_waited_is_paid_when_all_is_there() -> None:
    tea = line("TEA", 3, backordered=2)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1),), backordered_at=YESTERDAY)
    _, after = apply(found, Kind.PAY, world(level("TEA", 3, 1)), tenders=[cash(1350)])
    assert (after.status, after.lines[0].backordered, after.backordered_at) == (Status.PAID, 0, None)
    refused = refuse(found, Kind.PAY, world(level("TEA", 2, 1)), tenders=[cash(1350)])
    assert refused.code is Code.STOCK_INSUFFICIENT


def test_an_order_that_begins_to_wait_in_a_batch_waits_for_those_before_it() -> None:
    first, second = (shipment(line("TEA", 2), id=id_) for id_ in sorted((new_id(), new_id())))
    wait = [command(Kind.RESERVE, found, shortage="backorder", skip_missing=False) for found in (first, second)]
    arrive = command(Kind.RECEIVE, items=[{"sku": "TEA", "quantity": 2, "location": None}])
    take = [command(Kind.ALLOCATE, found) for found in (second, first)]
    decided = fold(batch([first, second], [], *wait, arrive, *take))
    assert codes(decided) == [Code.APPLIED, Code.APPLIED, Code.APPLIED, Code.STOCK_INSUFFICIENT, Code.APPLIED]
    assert applied(decided[-1].outcome).levels == {key("TEA"): level("TEA", 2, 2)}


def test_an_order_that_gives_up_in_a_batch_is_waited_for_no_longer() -> None:
    first, second = (waiting(line("TEA", 2, backordered=2), since=since) for since in (YESTERDAY, NOW))
    waits = [Backorder(YESTERDAY, first.id, 2), Backorder(NOW, second.id, 2)]
    commands = [command(Kind.ALLOCATE, second), command(Kind.CANCEL, first), command(Kind.ALLOCATE, second)]
    loaded = replace(batch([first, second], [level("TEA", 2)], *commands), backorders={product("TEA"): waits})
    assert codes(fold(loaded)) == [Code.STOCK_INSUFFICIENT, Code.APPLIED, Code.APPLIED]
    assert loaded.backorders == {product("TEA"): waits}


def test_who_waits_for_nothing_is_given_nothing() -> None:
    refused = refuse(waiting(line("TEA", 2), since=None, held=2), Kind.ALLOCATE, world(level("TEA", 9, 2)))
    assert (refused.code, refused.detail) == (Code.TRANSITION_NOT_ALLOWED, "The order waits for no stock.")
