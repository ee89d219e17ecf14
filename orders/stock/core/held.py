"""Holds that are used up: each is looked for by what it is for, however many there are."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Generic, TypeVar
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.order import Hold, ReferenceHold

AnyHold = TypeVar("AnyHold", Hold, ReferenceHold)


class Held(Generic[AnyHold]):
    """`of`: what a hold is for. The first one is used up first."""

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
