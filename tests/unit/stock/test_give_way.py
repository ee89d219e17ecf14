"""`shortage: release`: what was counted is what lies there, and the newest holds give way to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.outcomes import Code
from orders.commands.core.payloads import Backorder, StockItem
from orders.commands.core.tenders import Method
from orders.journal.core.batch import Batch, Decided
from orders.journal.core.fold import fold as whole
from tests.unit.build import (
    DEPOT,
    NOW,
    SHOP,
    STORE_ID,
    TILL,
    applied,
    batch,
    codes,
    command,
    fold,
    hold,
    key,
    level,
    line,
    new_id,
    order,
    rejected,
    shipment,
    shortages,
    told,
)

CART = "CART-9"
RELEASE = MovementKind.RELEASE
AN_HOUR = timedelta(hours=1)


def item(sku: str, quantity: int, location: str = "shop") -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "location": location}


def held(quantity: int, sku: str = "TEA", **fields: Any) -> Order:
    """An order that holds all of its only line."""
    of = line(sku, quantity)
    return shipment(of, status=Status.PROCESSING, holds=(hold(of, quantity),), **fields)


def cart(*quantities: int) -> Reference:
    holds = (ReferenceHold(id=new_id(), key=key("TEA"), quantity=quantity, expires_at=None) for quantity in quantities)
    return Reference(store_id=STORE_ID, name=CART, holds=tuple(holds))


def among(of: Batch, *references: Reference) -> Batch:
    return replace(of, references={STORE_ID: {one.name: one for one in references}})


def counted(*items: dict[str, Any], kind: Kind = Kind.COUNT, **fields: Any) -> Command:
    return command(kind, items=list(items), **{"shortage": "release", "reason": "recount"} | fields)


def after(decided: list[Decided], found: Order) -> Order:
    """The order as the batch left it."""
    changed = (applied(one.outcome).order for one in decided if one.command.order_id == found.id)
    return [one for one in changed if one][-1]


def test_a_level_that_is_counted_twice_has_room_for_the_least_of_it() -> None:
    """The doors refuse such a count; nothing gives way to one that is refused."""
    twice = batch([], [level("TEA", 6, 6)], counted(item("TEA", 1), item("TEA", 2)))
    gone, done = fold(among(twice, cart(2, 4)))
    reference = applied(gone.outcome).held
    assert reference
    assert [one.quantity for one in reference.holds] == [1]
    assert applied(done.outcome).levels[key("TEA")] == level("TEA", 2, 1)


@pytest.mark.parametrize(
    ("kind", "quantity", "movement"),
    [
        (Kind.COUNT, 1, MovementKind.SET),
        (Kind.ADJUST, -4, MovementKind.ADJUST),
        (Kind.WRITE_OFF, 4, MovementKind.DAMAGED),
    ],
)
def test_an_orders_line_is_waited_for_again(kind: Kind, quantity: int, movement: MovementKind) -> None:
    found = held(3, money={Method.CASH: 1350})
    gone, done = fold(batch([found], [level("TEA", 5, 3)], counted(item("TEA", quantity), kind=kind)))
    assert applied(gone.outcome).stock_moved == [StockMoved(key("TEA"), RELEASE, 0, -2, 5, 1)]
    assert applied(done.outcome).stock_moved == [StockMoved(key("TEA"), movement, -4, 0, 1, 1)]
    now = after([gone], found)
    assert ([one.quantity for one in now.holds], now.lines[0].backordered, now.backordered_at) == ([1], 2, NOW)
    assert (now.status, now.is_paid) == (Status.PROCESSING, True)
    assert told(applied(done.outcome), "released") == ([{"sku": "TEA", "quantity": 2, "order_id": str(found.id)}],)


def test_the_orders_history_names_who_counted_and_why() -> None:
    found = held(3)
    count = counted(item("TEA", 0))
    gone, _ = fold(batch([found], [level("TEA", 5, 3)], count))
    assert (gone.command.kind, gone.command.order_id, gone.before) == (Kind.BACKORDER, found.id, found)
    assert (gone.command.issued_by, gone.command.role, applied(gone.outcome).reason) == (TILL, None, "recount")
    assert gone.command.payload == Backorder([StockItem("TEA", 3, "shop")], "recount", gives_way_to=count.id)
    silent, _ = fold(batch([held(3)], [level("TEA", 5, 3)], counted(item("TEA", 0), reason=None)))
    assert applied(silent.outcome).reason == "count"


@pytest.mark.parametrize(("left", "holds"), [(3, [2, 1]), (2, [2]), (1, [1]), (0, [])])
def test_a_references_hold_shrinks_until_it_is_gone(left: int, holds: list[int]) -> None:
    gone, done = fold(among(batch([], [level("TEA", 6, 5)], counted(item("TEA", left))), cart(2, 3)))
    reference = applied(gone.outcome).held
    assert reference
    assert [one.quantity for one in reference.holds] == holds
    assert gone.command.kind == Kind.RELEASE_HOLD
    assert applied(gone.outcome).reference == CART
    assert told(applied(done.outcome), "released") == ([{"sku": "TEA", "quantity": 5 - left, "reference": CART}],)


def test_the_newest_holds_give_way_first_whoever_has_them() -> None:
    oldest, older = held(2), cart(2)
    newest = held(2)
    of = among(batch([newest, oldest], [level("TEA", 6, 6)], counted(item("TEA", 3))), older)
    *gone, done = fold(of)
    assert told(applied(done.outcome), "released") == (
        [{"sku": "TEA", "quantity": 2, "order_id": str(newest.id)}, {"sku": "TEA", "quantity": 1, "reference": CART}],
    )
    assert [one.command.kind for one in gone] == [Kind.BACKORDER, Kind.RELEASE_HOLD]
    assert after(gone, newest).holds == ()


def test_only_the_level_that_was_counted_gives_way() -> None:
    tea = line("TEA", 4)
    shelf, store = hold(tea, 2), hold(tea, 2, DEPOT)
    found = shipment(tea, status=Status.PROCESSING, holds=(shelf, store))
    levels = [level("TEA", 2, 2), level("TEA", 2, 2, DEPOT)]
    gone, _ = fold(batch([found], levels, counted(item("TEA", 0))))
    assert (after([gone], found).holds, after([gone], found).lines[0].backordered) == ((store,), 2)


def test_several_levels_give_way_to_one_command_each_order_once() -> None:
    tea, cup = line("TEA", 2), line("CUP", 1)
    both = shipment(tea, cup, status=Status.PROCESSING, holds=(hold(tea, 2), hold(cup, 1)))
    gone, done = fold(batch([both], [level("TEA", 2, 2), level("CUP", 1, 1)], counted(item("TEA", 1), item("CUP", 0))))
    assert [one.backordered for one in after([gone], both).lines] == [1, 1]
    (released,) = told(applied(done.outcome), "released")
    assert [(row["sku"], row["quantity"]) for row in released] == [("TEA", 1), ("CUP", 1)]


def test_what_has_lapsed_goes_before_what_has_not() -> None:
    tea = line("TEA", 2)
    lapsed = order(tea, status=Status.PROCESSING, holds=(hold(tea, 2, expires_at=NOW),))
    stays = held(2)
    gone, done = fold(batch([lapsed, stays], [level("TEA", 4, 4)], counted(item("TEA", 2))))
    assert gone.command.kind == Kind.RELEASE
    assert after([gone], lapsed).status == Status.DRAFT
    assert told(applied(done.outcome), "released") == ([],)


def test_where_nothing_has_to_give_way_nothing_does() -> None:
    (done,) = fold(batch([held(2)], [level("TEA", 4, 2)], counted(item("TEA", 2))))
    assert told(applied(done.outcome), "released") == ([],)


@pytest.mark.parametrize("shortage", [{}, {"shortage": "reject"}])
def test_nobody_gives_way_unless_the_command_says_so(shortage: dict[str, str]) -> None:
    asked = command(Kind.COUNT, items=[item("TEA", 1)], **shortage)
    (refused,) = fold(batch([held(2)], [level("TEA", 4, 2)], asked))
    assert rejected(refused.outcome).code is Code.STOCK_INSUFFICIENT


def test_a_transfer_does_not_say_what_lies_there() -> None:
    places = {"from_location": "shop", "to_location": "depot"}
    decided = fold(batch([held(2)], [level("TEA", 2, 2)], counted({**item("TEA", 1), **places}, kind=Kind.TRANSFER)))
    assert len(decided) == 1


def test_more_than_lies_there_cannot_be_taken_off_and_then_nothing_gives_way() -> None:
    asked = counted(item("TEA", 5), item("CUP", 1), kind=Kind.WRITE_OFF)
    tea, cup = held(2), held(1, "CUP")
    (refused,) = fold(batch([tea, cup], [level("TEA", 4, 2), level("CUP", 1, 1)], asked))
    assert shortages(rejected(refused.outcome)) == [("TEA", 5, 2, 4), ("CUP", 1, 0, 1)]


def test_what_gave_way_is_settled_by_what_the_order_then_has() -> None:
    tea = line("TEA", 2)
    reserved = order(tea, status=Status.PROCESSING, holds=(hold(tea, 2, expires_at=NOW + AN_HOUR),))
    pay = command(Kind.PAY, reserved, tenders=[{"method": "cash", "amount_minor": 900}])
    shipped = held(2, "CUP", money={Method.CASH: 2400})
    fulfill = command(Kind.FULFILL, shipped)
    count = counted(item("TEA", 1), item("CUP", 1))
    decided = fold(batch([reserved, shipped], [level("TEA", 2, 2), level("CUP", 2, 2)], count, pay, fulfill))
    assert codes(decided[2:]) == [Code.APPLIED, Code.STOCK_INSUFFICIENT, Code.APPLIED]
    assert after(decided, shipped).status is Status.PARTIALLY_SHIPPED


def test_what_is_held_by_one_command_may_give_way_to_the_next() -> None:
    tea = order(line("TEA", 3))
    counts = [counted(item("TEA", 0)), counted(item("TEA", 0))]
    decided = fold(batch([tea], [level("TEA", 3)], command(Kind.RESERVE, tea), *counts))
    assert [one.command.kind for one in decided] == [Kind.RESERVE, Kind.BACKORDER, Kind.COUNT, Kind.COUNT]
    assert after(decided, tea).lines[0].backordered == 3


def asked_of(of: Batch) -> Any:
    """Whose holds the decisions depend on, besides those of the batch."""
    return whole(of, now=NOW, new_id=new_id).asked


def hold_of(found: Order) -> Hold:
    return found.holds[0]


def test_whoever_is_not_known_yet_is_asked_for_and_meanwhile_nobody_gives_way() -> None:
    known = held(1)
    of = batch([known], [level("TEA", 6, 6)], counted(item("TEA", 2)))
    (refused,) = fold(of)
    assert rejected(refused.outcome).code is Code.STOCK_INSUFFICIENT
    asked = asked_of(of).newest[key("TEA")]
    assert (asked.quantity, asked.enough) == (4, False)


def test_whoever_holds_something_newer_is_asked_for_too() -> None:
    older, newer = held(3), held(3)
    of = batch([older, newer], [Level(key("TEA", SHOP), 9, 9)], counted(item("TEA", 5)))
    asked = asked_of(of).newest[key("TEA")]
    assert (asked.quantity, asked.enough, asked.oldest) == (4, True, hold_of(older).id)
