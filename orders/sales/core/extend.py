"""Extending: what would lapse, a hold or a wait for stock, is kept for longer, once.

A hold without an end keeps having none.
"""

from dataclasses import replace
from datetime import datetime

from orders.commands.core.holds import lapses_at
from orders.commands.core.machine import Kind
from orders.commands.core.order import Hold, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Extend
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import Extended
from orders.commands.core.rule import Applied, World


def extend(order: Order, payload: Extend, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.EXTEND):
        return refusal
    until = world.expiry(payload.expires_in_s)
    if until is None:
        return _refusal("No time is usual for holds in this store: say for how long, with expires_in_s.")
    first = lapses_at(order)
    assert first
    if until <= first:
        return _refusal(f"The hold lasts until {first.isoformat(timespec='seconds')} already: ask for longer.")
    return Applied(
        order=replace(
            order,
            holds=tuple(_kept(hold, until) for hold in order.holds),
            awaits_until=until if order.awaits_until else None,
            hold_extended_at=world.now,
        ),
        result=Extended(until),
    )


def _kept(hold: Hold, until: datetime) -> Hold:
    return replace(hold, expires_at=max(hold.expires_at, until)) if hold.expires_at else hold


def _refusal(detail: str) -> Rejection:
    return Rejection(code=Code.TRANSITION_NOT_ALLOWED, detail=detail)
