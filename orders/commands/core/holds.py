"""Holds: how they are used up, and how they lapse. One whose time is over is no hold any more, whether or not the task
that releases such holds has run."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.payloads import Release, ReleaseHold

AnyHold = TypeVar("AnyHold", Hold, ReferenceHold)

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


class Held(Generic[AnyHold]):
    """Holds that are used up: each is looked for by what it is for, `of`, however many there are. The first one is used
    up first."""

    def __init__(self, holds: Iterable[AnyHold], *, of: Callable[[AnyHold], Hashable]) -> None:
        self._left: dict[UUID, AnyHold] = {}
        self._ids: dict[Hashable, deque[UUID]] = {}
        self._sums: dict[Hashable, int] = {}
        for hold in holds:
            self._left[hold.id] = hold
            self._ids.setdefault(of(hold), deque()).append(hold.id)
            self._sums[of(hold)] = self.quantity(of(hold)) + hold.quantity

    def quantity(self, of: Hashable) -> int:
        return self._sums.get(of, 0)

    def use(self, of: Hashable, quantity: int, touch: Callable[[LevelKey, int], None]) -> int:
        """`touch`: what becomes of the stock that each hold has. Returns what the holds do not cover."""
        ids = self._ids.get(of)
        while quantity and ids:
            hold = self._left[ids[0]]
            used = min(hold.quantity, quantity)
            touch(hold.key, used)
            quantity -= used
            self._sums[of] -= used
            if used == hold.quantity:
                del self._left[ids.popleft()]
            else:
                self._left[hold.id] = replace(hold, quantity=hold.quantity - used)
        return quantity

    def left(self) -> tuple[AnyHold, ...]:
        return tuple(self._left.values())
