"""Releasing: the holds of an unpaid order are dropped, by its terminal or because they lapsed."""

from dataclasses import replace

from orders.core.changes import Applied
from orders.core.goods import drop_holds
from orders.core.machine import Kind, Status
from orders.core.order import Command, Order
from orders.core.outcomes import Code, Rejection
from orders.core.refusals import refuse_by_state
from orders.core.world import World

HOLD_EXPIRED = "hold_expired"
"""The reason that the task gives which releases lapsed holds."""


def release(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RELEASE):
        return refusal
    reason = command.payload.get("reason") or ""
    lapsed = reason == HOLD_EXPIRED
    if lapsed and not any(hold.expires_at and hold.expires_at <= world.now for hold in order.holds):
        return Rejection(code=Code.HOLD_NOT_FOUND, detail="No hold of this order has lapsed.")
    tally = world.tally()
    drop_holds(order, tally)
    return Applied(
        order=replace(
            order,
            status=Status.DRAFT,
            lines=tuple(replace(line, backordered=0) for line in order.lines),
            holds=(),
            hold_expired_at=world.now if lapsed else order.hold_expired_at,
            backordered_at=None,
        ),
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=reason,
    )
