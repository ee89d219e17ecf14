"""Allocating: stock that arrived is held for what an order waits for, the oldest backorder first."""

from dataclasses import replace

from orders.commands.core.holds import lapses_at
from orders.commands.core.machine import Kind
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import Waits
from orders.commands.core.rule import Applied, World
from orders.sales.core.goods import awaited_until, backordered, backordered_since, new_holds
from orders.stock.core.shortage import insufficient_lines


def allocate_backorder(order: Order, world: World) -> Applied | Rejection:
    """Holds what is available beyond what older backorders wait for; refused where that is nothing."""
    if refusal := refuse_by_state(order, Kind.ALLOCATE):
        return refusal
    tally = world.tally()
    lines, holds = [], list(order.holds)
    # An unpaid order's new holds lapse together with those that it has, and with what it still waits for.
    expires_at = lapses_at(order)
    for line in order.lines:
        older = world.awaited_before(order, line.product_id) if line.backordered else 0
        there = tally.at_most(line.product_id, older + line.backordered) if line.backordered else 0
        quantity = max(0, there - older)
        shares = tally.hold(line.product_id, quantity) if quantity else ()
        holds += new_holds(shares or (), line, expires_at=expires_at, new_id=world.new_id)
        lines.append(replace(line, backordered=line.backordered - quantity) if shares else line)
    if not tally.levels:
        return insufficient_lines([line for line in lines if line.backordered], lines=lines, world=world)
    return Applied(
        order=replace(
            order,
            lines=tuple(lines),
            holds=tuple(holds),
            backordered_at=backordered_since(order, lines, now=world.now),
            awaits_until=awaited_until(lines, expires_at),
        ),
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason="stock arrived",
        result=Waits(backordered(lines)),
    )
