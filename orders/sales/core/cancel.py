"""Cancelling: holds are dropped, goods come back, and what was paid for and is not kept is refunded.

Of an order that was shipped in part only the rest is cancelled: the customer keeps what was shipped.
"""

from dataclasses import replace

from inventory.core.levels import Tally
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Line, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Cancel
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import CalledOff
from orders.commands.core.roles import cancel_needs, may
from orders.commands.core.rule import Applied, World
from orders.commands.core.tenders import EntryKind
from orders.payments.core.refund import refunded
from orders.sales.core.goods import drop_holds


def cancel(order: Order, command: Command, payload: Cancel, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.CANCEL):
        return refusal
    if not _is_allowed(order, command):
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED,
            detail=f"Cancelling an order that is {_stands(order)} needs a supervisor.",
        )
    tally = world.tally()
    drop_holds(order, tally)
    if order.status is Status.PAID:
        _put_back(order, tally, world)
    lines = tuple(map(_without_the_rest, order.lines))
    after = replace(order, lines=lines, holds=(), backordered_at=None, awaits_until=None)
    if order.status is Status.PARTIALLY_SHIPPED:
        after = replace(after, status=Status.SHIPPED)
    else:
        after = replace(after, status=Status.CANCELLED, lines=tuple(map(_brought_back, after.lines)))
    back = refunded(
        after,
        before=order,
        refund_to=payload.refund_to,
        kind=EntryKind.CANCELLATION,
        world=world,
    )
    if isinstance(back, Rejection):
        return back
    return Applied(
        order=back.order,
        levels=tally.levels,
        stock_moved=tally.moved(),
        money_moved=back.money_moved,
        entries=back.entries,
        day=world.day_of(command),
        takes_number=order.is_paid,
        reason=payload.reason,
        result=CalledOff(back.told(), back.rounding_minor),
    )


def _stands(order: Order) -> str:
    """What is paid is told once: an immediate sale that is paid is `paid` twice."""
    return " and ".join(dict.fromkeys(str(said).replace("_", " ") for said in (order.status, order.payment_status)))


def _put_back(order: Order, tally: Tally, world: World) -> None:
    """Goods return to the locations that they left, as the ledger knows; whatever has become of those since."""
    for key, quantity in world.handed_over.get(order.id, {}).items():
        tally.put(key, MovementKind.RETURN_IN, quantity)


def _without_the_rest(line: Line) -> Line:
    return replace(line, cancelled=line.cancelled + line.remaining, backordered=0)


def _brought_back(line: Line) -> Line:
    return replace(line, returned=line.shipped)


def _is_allowed(order: Order, command: Command) -> bool:
    """Asked again here: between its submission and now the order may have been paid."""
    needed = cancel_needs(
        status=order.status,
        payment_status=order.payment_status,
        own=command.terminal_id == order.terminal_id,
    )
    return command.role is None or may(command.role, needed)
