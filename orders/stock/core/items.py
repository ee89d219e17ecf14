"""What the verbs of stock commands share: items of one product at one location, all of them or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from inventory.core.levels import Level, LevelKey, Tally
from inventory.core.movements import MovementKind
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import StockItem, TransferItem
from orders.commands.core.results import LevelAfter, Moved
from orders.commands.core.rule import Applied, World
from orders.stock.core.shortage import stock_insufficient

Asked = TypeVar("Asked", bound=StockItem | TransferItem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Generic[Asked]):
    """`index`: its place in the command."""

    index: int
    product_id: int
    tracks_stock: bool
    asked: Asked

    @property
    def sku(self) -> str:
        return self.asked.sku

    @property
    def quantity(self) -> int:
        return self.asked.quantity


@dataclass(frozen=True, slots=True)
class Because:
    """What the ledger says of it."""

    reason: str
    reference: str = ""


def items_of(asked: Iterable[Asked], world: World) -> list[Item[Asked]]:
    return [
        Item(
            index=index,
            product_id=world.products[one.sku][0],
            tracks_stock=world.products[one.sku][1],
            asked=one,
        )
        for index, one in enumerate(asked)
    ]


def level_of(item: Item[StockItem], world: World) -> LevelKey:
    return item.product_id, world.location_id(item.asked.location)


def put_items(
    asked: Iterable[StockItem], because: Because, world: World, *, kind: MovementKind, sign: int = 1
) -> Applied | Rejection:
    """Add the signed quantities, summed per level first: what one item takes another may bring."""
    tally = world.tally()
    sums: dict[LevelKey, int] = {}
    items = items_of(asked, world)
    for item in items:
        if item.tracks_stock:
            key = level_of(item, world)
            sums[key] = sums.get(key, 0) + sign * item.quantity
    if short := {key: -quantity for key, quantity in sums.items() if not tally.put(key, kind, quantity)}:
        refused = stock_insufficient(*at_levels(short, items, world), world=world)
        return replace(refused, overdrawn=_overdrawn(short, tally))
    return _applied(because, world, tally, items)


def _overdrawn(short: Mapping[LevelKey, int], tally: Tally) -> dict[LevelKey, int]:
    """What of the reserved would have to give way; nothing where more is asked of a level than lies there."""
    levels = {key: tally.level(key) for key in short}
    if any(levels[key].on_hand < quantity for key, quantity in short.items()):
        return {}
    return {key: quantity - levels[key].available for key, quantity in short.items()}


def move_items(
    asked: Iterable[Asked],
    because: Because,
    world: World,
    *,
    move: Callable[[Tally, Item[Asked]], bool],
    refuse: Callable[[Sequence[Item[Asked]], Sequence[Item[Asked]]], Rejection],
) -> Applied | Rejection:
    """`move` puts one item into the tally, and answers False where it cannot be. Then nothing is changed at all:
    `refuse` says why, of all such items and all items."""
    tally = world.tally()
    items = items_of(asked, world)
    failed = [item for item in items if item.tracks_stock and not move(tally, item)]
    return refuse(failed, items) if failed else _applied(because, world, tally, items)


def _applied(because: Because, world: World, tally: Tally, items: Sequence[Item[Asked]]) -> Applied:
    skipped = list(dict.fromkeys(item.sku for item in items if not item.tracks_stock))
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=because.reason,
        reference=because.reference,
        result=Moved(levels_after(tally.levels, items, world), skipped),
    )


def at_levels(
    short: Mapping[LevelKey, int], items: Iterable[Item[Asked]], world: World
) -> tuple[dict[tuple[str, int], int], dict[int, tuple[Level, ...]]]:
    """(SKU, product id) -> quantity asked for, each once; and the levels that lack it, by product: other locations
    were not asked for it."""
    skus = {item.product_id: item.sku for item in items}
    wanted: dict[tuple[str, int], int] = {}
    stock: dict[int, tuple[Level, ...]] = {}
    for (product_id, location_id), quantity in short.items():
        wanted[skus[product_id], product_id] = wanted.get((skus[product_id], product_id), 0) + quantity
        levels = (level for level in world.stock.get(product_id, ()) if level.key[1] == location_id)
        stock[product_id] = (*stock.get(product_id, ()), *levels)
    return wanted, stock


def levels_after(levels: Mapping[LevelKey, Level], items: Iterable[Item[Asked]], world: World) -> list[LevelAfter]:
    codes = {location.id: location.code for location in world.locations}
    skus = {item.product_id: item.sku for item in items}
    return [
        LevelAfter(
            sku=skus[product_id],
            location=codes[location_id],
            on_hand=level.on_hand,
            reserved=level.reserved,
            available=level.available,
        )
        for (product_id, location_id), level in levels.items()
    ]
