"""Lapsing: a hold whose time is over is no hold any more, whether or not the task that releases such holds has run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.payloads import Release, ReleaseHold

HOLD_EXPIRED = "hold_expired"
"""What the history says of it. It is text: nothing is decided by it."""

ISSUED_BY = "expire_holds"
"""The task that releases lapsed holds, and whoever comes before it in that."""


def expiry_payload(reference: str | None = None) -> Release | ReleaseHold:
    """What a command that releases the lapsed holds of an order, or of a reference, asks for."""
    if reference is None:
        return Release(HOLD_EXPIRED, lapsed=True)
    return ReleaseHold(reference, [], HOLD_EXPIRED, lapsed=True)


def is_expiry(command: Command) -> bool:
    payload = command.payload
    return command.role is None and isinstance(payload, Release | ReleaseHold) and payload.lapsed


def has_lapsed(hold: Hold | ReferenceHold, *, now: datetime) -> bool:
    return hold.expires_at is not None and hold.expires_at <= now


def lost_its_hold(owner: Order | Reference, *, now: datetime) -> bool:
    """Whether some hold has lapsed, or an order's wait for stock, that nobody has released yet."""
    if isinstance(owner, Reference):
        return any(has_lapsed(hold, now=now) for hold in owner.holds)
    end = lapses_at(owner)
    return owner.status is Status.PROCESSING and end is not None and end <= now


def lapses_at(order: Order) -> datetime | None:
    """What an order holds and what it waits for end together. None: without an end, or there is neither."""
    ends = (order.awaits_until, *(hold.expires_at for hold in order.holds))
    return min((end for end in ends if end), default=None)


def as_found(order: Order, *, now: datetime) -> Order:
    """The order as a command finds it that comes now: what has lapsed is released before."""
    return without_holds(order) if lost_its_hold(order, now=now) else order


def without_holds(order: Order) -> Order:
    """A draft again, which waits for no stock either."""
    lines = tuple(replace(line, backordered=0, skipped=False) for line in order.lines)
    return replace(order, status=Status.DRAFT, lines=lines, holds=(), backordered_at=None, awaits_until=None)


def expiry(owner: Order | Reference, *, new_id: Callable[[], UUID]) -> Command:
    """The command that releases what has lapsed."""
    return Command(
        id=new_id(),
        kind=Kind.RELEASE if isinstance(owner, Order) else Kind.RELEASE_HOLD,
        store_id=owner.store_id,
        order_id=owner.id if isinstance(owner, Order) else None,
        issued_by=ISSUED_BY,
        terminal_id=None,
        role=None,
        payload=expiry_payload(None if isinstance(owner, Order) else owner.name),
    )
