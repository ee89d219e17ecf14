"""Releasing: the holds of an unpaid order are dropped, by its terminal or because they lapsed."""

from dataclasses import replace

from orders.commands.core.holds import is_expiry, lost_its_hold, without_holds
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Release
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.rule import Applied, World
from orders.sales.core.goods import drop_holds


def release(order: Order, command: Command, payload: Release, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RELEASE):
        return refusal
    lapsed = is_expiry(command)
    if lapsed and not lost_its_hold(order, now=world.now):
        return Rejection(code=Code.HOLD_NOT_FOUND, detail="No hold of this order has lapsed.")
    tally = world.tally()
    drop_holds(order, tally)
    return Applied(
        order=replace(without_holds(order), hold_expired_at=world.now if lapsed else order.hold_expired_at),
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=payload.reason,
    )
