"""Cancelling: holds are dropped, goods come back, and what was paid for and is not kept is refunded."""

from dataclasses import replace

from inventory.core.movements import MovementKind
from orders.core.changes import Applied
from orders.core.goods import drop_holds
from orders.core.machine import Kind, Status
from orders.core.money import deposits_refunded, refunded
from orders.core.order import Command, Order
from orders.core.outcomes import Code, Rejection
from orders.core.refusals import refuse_by_state
from orders.core.roles import cancel_needs, may
from orders.core.tenders import EntryKind
from orders.core.world import World


def cancel(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.CANCEL):
        return refusal
    if not _is_allowed(order, command):
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED,
            detail=f"Cancelling an order that is {order.status} and {order.payment_status} needs a supervisor.",
        )
    reason = command.payload.get("reason") or ""
    tally = world.tally()
    drop_holds(order, tally)
    lines = tuple(replace(line, backordered=0) for line in order.lines)
    if order.status is Status.PAID:
        lines = tuple(replace(line, returned=line.shipped) for line in lines)
        for line in order.lines:
            if line.tracks_stock and tally.counts(line.product_id):
                tally.put((line.product_id, world.location_id(None)), MovementKind.RETURN_IN, line.shipped)
    never_kept = sum((line.quantity - line.shipped + line.returned) * line.unit_price_minor for line in lines)
    if order.deposits_minor:
        back = deposits_refunded(order, order.deposits_minor, reason=reason)
    else:
        back = refunded(order, never_kept - _returned_before(order), reason=reason, kind=EntryKind.CANCELLATION)
    return Applied(
        order=replace(back.order, status=Status.CANCELLED, lines=lines, holds=(), backordered_at=None),
        levels=tally.levels,
        stock_moved=tally.moved(),
        money_moved=back.money_moved,
        entries=back.entries,
        reason=reason,
        result={"refunded_minor": back.amount_minor},
    )


def _is_allowed(order: Order, command: Command) -> bool:
    """Asked again here: between its submission and now the order may have been paid."""
    needed = cancel_needs(
        status=order.status, payment_status=order.payment_status, own=command.terminal_id == order.terminal_id
    )
    return command.role is None or may(command.role, needed)


def _returned_before(order: Order) -> int:
    """What returns already gave back; a partly shipped order may have had some."""
    return sum(line.returned * line.unit_price_minor for line in order.lines)
