"""Stock of one product at one location, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from inventory.core.movements import MovementKind

LevelKey: TypeAlias = tuple[int, int]
"""(product id, location id)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """`priority`: picked from in ascending order."""

    id: int
    code: str
    priority: int


@dataclass(frozen=True, slots=True)
class Level:
    key: LevelKey
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


Stock: TypeAlias = Mapping[int, tuple[Level, ...]]
"""product id -> its levels, in the order in which they are picked from"""


@dataclass(frozen=True, slots=True)
class Share:
    """A quantity that one level serves."""

    key: LevelKey
    quantity: int


@dataclass(frozen=True, slots=True)
class StockMoved:
    """A fact for the ledger: what changed on a level, and both quantities after it."""

    key: LevelKey
    kind: MovementKind
    quantity_change: int
    reserved_change: int
    quantity_after: int
    reserved_after: int
