"""How far a batch looks into the queues for goods: no further than the last order that it allocates to."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order
from orders.journal.core.queues import queues
from orders.sales.core.turns import END
from tests.unit.build import NOW, command, line, product, shipment

AN_HOUR = timedelta(hours=1)
TEA, CUP = product("TEA"), product("CUP")


def waiting(since: Any = NOW - AN_HOUR) -> Order:
    lines = (line("TEA", 3, backordered=1), line("CUP", 1), line("POSTAGE", 1))
    return shipment(*lines, status=Status.PROCESSING, backordered_at=since)


def looked(*commands: Command, orders: tuple[Order, ...]) -> dict[int, tuple[Any, UUID]]:
    return queues(list(commands), {order.id: order for order in orders})


def test_as_far_as_the_order_stands() -> None:
    """For all of its counted products: what it holds may give way, and then it waits for that too."""
    found = waiting()
    place = (NOW - AN_HOUR, found.id)
    assert looked(command(Kind.ALLOCATE, found), orders=(found,)) == {TEA: place, CUP: place}


def test_as_far_as_the_last_of_several_stands() -> None:
    late, early = waiting(NOW), waiting()
    commands = [command(Kind.ALLOCATE, one) for one in (late, early)]
    assert looked(*commands, orders=(late, early))[TEA] == (NOW, late.id)


def test_nowhere_for_orders_that_are_not_allocated_to() -> None:
    found = waiting()
    assert looked(command(Kind.FULFILL, found), orders=(found,)) == {}


@pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.RESERVE, Kind.ALLOCATE])
def test_to_the_end_for_one_that_may_begin_to_wait_anew(kind: Kind) -> None:
    found = waiting()
    commands = [command(kind, found), command(Kind.ALLOCATE, found)]
    assert looked(*commands, orders=(found,))[TEA] == (END, found.id)


def test_for_one_that_waits_for_nothing_only_where_holds_may_give_way() -> None:
    found = waiting(None)
    allocate = command(Kind.ALLOCATE, found)
    assert looked(allocate, orders=(found,)) == {}
    items = [{"sku": "TEA", "quantity": 1}]
    assert looked(command(Kind.RECEIVE, items=items), allocate, orders=(found,)) == {}
    assert looked(command(Kind.COUNT, items=items), allocate, orders=(found,))[TEA] == (END, found.id)
