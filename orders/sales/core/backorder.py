"""Backordering: what an order holds gives way to a count that found less, and is waited for again."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from orders.commands.core.holds import lapses_at
from orders.commands.core.machine import Kind
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Backorder
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import Waits
from orders.commands.core.rule import Applied, World
from orders.sales.core.goods import awaited_until, backordered, backordered_since
from orders.stock.core.give_way import given_up, less


def backorder(order: Order, payload: Backorder, world: World) -> Applied | Rejection:
    """Paid or not: what stood on the shelf for it is not there."""
    if refusal := refuse_by_state(order, Kind.BACKORDER):
        return refusal
    gone = given_up(order, payload.items, world)
    tally = world.tally()
    awaited: Counter[UUID] = Counter()
    for hold in order.holds:
        if quantity := gone.get(hold.id):
            tally.drop(hold.key, quantity)
            awaited[hold.line_id] += quantity
    lines = tuple(replace(line, backordered=line.backordered + awaited[line.id]) for line in order.lines)
    return Applied(
        order=replace(
            order,
            lines=lines,
            holds=less(order.holds, gone),
            backordered_at=backordered_since(order, lines, now=world.now),
            awaits_until=awaited_until(lines, lapses_at(order)),
        ),
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=payload.reason,
        result=Waits(backordered(lines)),
    )
