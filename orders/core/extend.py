"""Extending: a hold that would lapse is kept for longer, once."""

from dataclasses import replace

from orders.core.changes import Applied
from orders.core.machine import Kind
from orders.core.order import Command, Order
from orders.core.outcomes import Code, Rejection
from orders.core.refusals import refuse_by_state
from orders.core.world import World


def extend(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.EXTEND) or refuse_by_holds(order):
        return refusal
    expires_at = world.expiry(command.payload.get("expires_in_s"))
    return Applied(
        order=replace(
            order,
            holds=tuple(replace(hold, expires_at=expires_at) for hold in order.holds),
            hold_extended_at=world.now,
        ),
        result={"expires_at": expires_at.isoformat() if expires_at else None},
    )


def refuse_by_holds(order: Order) -> Rejection | None:
    """Why the order has nothing to extend."""
    if order.hold_extended_at:
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED, detail="The hold was extended before; it can be extended once."
        )
    if not any(hold.expires_at for hold in order.holds):
        return Rejection(code=Code.HOLD_NOT_FOUND, detail="The order has no hold that would lapse.")
    return None
