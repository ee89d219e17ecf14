"""Stock as values: the level of a product at a location, and what one command does to levels."""

from collections.abc import Callable, Mapping, Sequence
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


Strategy: TypeAlias = Callable[[Sequence[Level], int], tuple[Share, ...] | None]
"""A product's levels in pick order, and a quantity -> which levels serve it; None where they cannot together."""


@dataclass(frozen=True, slots=True)
class StockMoved:
    """A fact for the ledger: what changed on a level, and both quantities after it."""

    key: LevelKey
    kind: MovementKind
    quantity_change: int
    reserved_change: int
    quantity_after: int
    reserved_after: int


class Tally:
    """What one command does: each level and kind of movement is summed, so that stock is touched once.

    Starts from `stock`, which it never changes; `levels` and `moved()` tell what came of it. `strategy`: which levels
    serve a quantity.

    `lacked`: where it notes the products of which something was asked that is not available.
    """

    def __init__(self, stock: Stock, strategy: Strategy, lacked: set[int] | None = None) -> None:
        self._stock = stock
        self._allocate = strategy
        self._lacked = set() if lacked is None else lacked
        self._sums: dict[tuple[LevelKey, MovementKind], tuple[int, int]] = {}
        self.levels: dict[LevelKey, Level] = {}

    def counts(self, product_id: int) -> bool:
        """Whether the product has a level at all."""
        return bool(self._stock.get(product_id))

    def available(self, product_id: int) -> int:
        return sum(level.available for level in self._current(product_id))

    def at_most(self, product_id: int, quantity: int) -> int:
        """As much of the quantity as is available."""
        if (available := self.available(product_id)) < quantity:
            self._lacked.add(product_id)
        return min(available, quantity)

    def hold(self, product_id: int, quantity: int) -> tuple[Share, ...] | None:
        """Reserve the quantity, or change nothing and return None."""
        shares = self._shares(product_id, quantity)
        for share in shares or ():
            self._add(share.key, MovementKind.RESERVE, 0, share.quantity)
        return shares

    def debit(self, product_id: int, quantity: int) -> tuple[Share, ...] | None:
        """Hand out the quantity from what is available, or change nothing and return None."""
        shares = self._shares(product_id, quantity)
        for share in shares or ():
            self._add(share.key, MovementKind.OUTBOUND, -share.quantity, 0)
        return shares

    def serves(self, product_id: int, quantity: int) -> bool:
        """Whether the quantity could be held or handed out now."""
        return self._shares(product_id, quantity) is not None

    def first_level(self, product_id: int) -> Level | None:
        """Where the product is picked from first."""
        return next(iter(self._current(product_id)), None)

    def move(self, source: LevelKey, target: LevelKey, quantity: int) -> bool:
        """Carry what is available from one level to another; False, and nothing changed, where it is not."""
        if self._level(source).available < quantity:
            return self._lacks(source)
        self._add(source, MovementKind.TRANSFER, -quantity, 0)
        self._add(target, MovementKind.TRANSFER, quantity, 0)
        return True

    def set(self, key: LevelKey, kind: MovementKind, quantity: int) -> bool:
        """Make the quantity on hand what was counted; False, and nothing changed, where more than that is reserved."""
        level = self._level(key)
        if quantity < level.reserved:
            return self._lacks(key)
        self._add(key, kind, quantity - level.on_hand, 0)
        return True

    def level(self, key: LevelKey) -> Level:
        """The level as it is by now."""
        return self._level(key)

    def consume(self, key: LevelKey, quantity: int) -> None:
        """Hand out what was held."""
        self._add(key, MovementKind.OUTBOUND, -quantity, -quantity)

    def drop(self, key: LevelKey, quantity: int) -> None:
        """Give up a hold."""
        self._add(key, MovementKind.RELEASE, 0, -quantity)

    def put(self, key: LevelKey, kind: MovementKind, quantity: int) -> bool:
        """Add a signed quantity; False, and nothing changed, where fewer than that are available."""
        if self._level(key).available + quantity < 0:
            return self._lacks(key)
        self._add(key, kind, quantity, 0)
        return True

    def moved(self) -> list[StockMoved]:
        """The ledger's facts, in the order in which the movements began."""
        running: dict[LevelKey, tuple[int, int]] = {}
        facts = []
        for (key, kind), (quantity, reserved) in self._sums.items():
            if key in running:
                on_hand_before, reserved_before = running[key]
            else:
                level = self._original(key)
                on_hand_before, reserved_before = level.on_hand, level.reserved
            after = running[key] = (on_hand_before + quantity, reserved_before + reserved)
            facts.append(StockMoved(key, kind, quantity, reserved, *after))
        return facts

    def _shares(self, product_id: int, quantity: int) -> tuple[Share, ...] | None:
        if (shares := self._allocate(self._current(product_id), quantity)) is None:
            self._lacked.add(product_id)
        return shares

    def _lacks(self, key: LevelKey) -> bool:
        self._lacked.add(key[0])
        return False

    def _add(self, key: LevelKey, kind: MovementKind, quantity: int, reserved: int) -> None:
        level = self._level(key)
        after = Level(key, level.on_hand + quantity, level.reserved + reserved)
        assert 0 <= after.reserved <= after.on_hand, f"{kind} leaves {after}"
        self.levels[key] = after
        before = self._sums.get((key, kind), (0, 0))
        self._sums[key, kind] = (before[0] + quantity, before[1] + reserved)

    def _original(self, key: LevelKey) -> Level:
        for level in self._stock.get(key[0], ()):
            if level.key == key:
                return level
        return Level(key, 0, 0)

    def _level(self, key: LevelKey) -> Level:
        return self.levels.get(key) or self._original(key)

    def _current(self, product_id: int) -> list[Level]:
        if known := self._stock.get(product_id):
            return [self.levels.get(level.key, level) for level in known]
        return [level for level in self.levels.values() if level.key[0] == product_id]
