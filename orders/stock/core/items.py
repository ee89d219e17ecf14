"""What the verbs of stock commands share: items of one product at one location, all of them or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inventory.core.levels import Level, LevelKey
from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import World
from orders.stock.core.shortage import stock_insufficient


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`index`: its place in the command."""

    index: int
    sku: str
    product_id: int
    tracks_stock: bool
    quantity: int
    raw: Mapping[str, Any]


def items_of(command: Command, world: World) -> list[Item]:
    return [
        Item(
            index=index,
            sku=raw["sku"],
            product_id=world.products[raw["sku"]][0],
            tracks_stock=world.products[raw["sku"]][1],
            quantity=raw["quantity"],
            raw=raw,
        )
        for index, raw in enumerate(command.payload["items"])
    ]


def put_items(command: Command, world: World, *, kind: MovementKind, sign: int = 1) -> Applied | Rejection:
    """Add the signed quantities, summed per level first: what one item takes another may bring."""
    tally = world.tally()
    sums: dict[LevelKey, int] = {}
    items = items_of(command, world)
    for item in items:
        if item.tracks_stock:
            key = (item.product_id, world.location_id(item.raw.get("location")))
            sums[key] = sums.get(key, 0) + sign * item.quantity
    if short := {key: -quantity for key, quantity in sums.items() if not tally.put(key, kind, quantity)}:
        refused = stock_insufficient(*at_levels(short, items, world), world=world)
        return replace(refused, overdrawn=_overdrawn(short, tally))
    return _applied(command, world, tally, items)


def _overdrawn(short: Mapping[LevelKey, int], tally: Tally) -> dict[LevelKey, int]:
    """What of the reserved would have to give way; nothing where more is asked of a level than lies there."""
    levels = {key: tally.level(key) for key in short}
    if any(levels[key].on_hand < quantity for key, quantity in short.items()):
        return {}
    return {key: quantity - levels[key].available for key, quantity in short.items()}


def move_items(
    command: Command,
    world: World,
    *,
    move: Callable[[Tally, Item], bool],
    refuse: Callable[[Sequence[Item], Sequence[Item]], Rejection],
) -> Applied | Rejection:
    """`move` puts one item into the tally, and answers False where it cannot be. Then nothing is changed at all:
    `refuse` says why, of all such items and all items."""
    tally = world.tally()
    items = items_of(command, world)
    failed = [item for item in items if item.tracks_stock and not move(tally, item)]
    return refuse(failed, items) if failed else _applied(command, world, tally, items)


def _applied(command: Command, world: World, tally: Tally, items: list[Item]) -> Applied:
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=command.payload.get("reason") or "",
        reference=command.payload.get("reference") or "",
        result={
            "items": levels_after(tally.levels, items, world),
            "skipped": list(dict.fromkeys(item.sku for item in items if not item.tracks_stock)),
        },
    )


def at_levels(
    short: Mapping[LevelKey, int], items: Iterable[Item], world: World
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


def levels_after(levels: Mapping[LevelKey, Level], items: Iterable[Item], world: World) -> list[dict[str, Any]]:
    codes = {location.id: location.code for location in world.locations}
    skus = {item.product_id: item.sku for item in items}
    return [
        {
            "sku": skus[product_id],
            "location": codes[location_id],
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "available": level.available,
        }
        for (product_id, location_id), level in levels.items()
    ]
