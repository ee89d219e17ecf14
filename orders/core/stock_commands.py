"""Stock commands have no order: goods arrive, a figure is corrected, goods are written off. All items or none."""

from collections.abc import Mapping
from typing import Any

from inventory.core.levels import Level, LevelKey
from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.core.changes import Applied
from orders.core.goods import stock_insufficient
from orders.core.order import Command
from orders.core.outcomes import Rejection
from orders.core.world import World


def receive(command: Command, world: World) -> Applied | Rejection:
    return _put_items(command, world, kind=MovementKind.INBOUND, sign=1)


def adjust(command: Command, world: World) -> Applied | Rejection:
    """Quantities are signed; what is reserved cannot be adjusted away."""
    return _put_items(command, world, kind=MovementKind.ADJUST, sign=1)


def write_off(command: Command, world: World) -> Applied | Rejection:
    return _put_items(command, world, kind=MovementKind.DAMAGED, sign=-1)


def _put_items(command: Command, world: World, *, kind: MovementKind, sign: int) -> Applied | Rejection:
    tally = Tally(world.stock)
    skipped: list[str] = []
    sums: dict[LevelKey, int] = {}
    for item in command.payload["items"]:
        product_id, tracks_stock = world.products[item["sku"]]
        if tracks_stock:
            key = (product_id, world.location_id(item.get("location")))
            sums[key] = sums.get(key, 0) + sign * item["quantity"]
        else:
            skipped.append(item["sku"])
    if short := {key: -quantity for key, quantity in sums.items() if not tally.put(key, kind, quantity)}:
        return _insufficient(short, command.payload["items"], world)
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=command.payload.get("reason") or "",
        reference=command.payload.get("reference") or "",
        result={
            "items": _levels_after(command.payload["items"], world, tally),
            "skipped": list(dict.fromkeys(skipped)),
        },
    )


def _insufficient(short: Mapping[LevelKey, int], items: list[dict[str, Any]], world: World) -> Rejection:
    """Names each SKU once, with the figures of the levels that lack it: other locations were not asked for it."""
    skus = _skus(items, world)
    wanted: dict[tuple[str, int], int] = {}
    stock: dict[int, tuple[Level, ...]] = {}
    for (product_id, location_id), quantity in short.items():
        wanted[skus[product_id], product_id] = wanted.get((skus[product_id], product_id), 0) + quantity
        levels = (level for level in world.stock.get(product_id, ()) if level.key[1] == location_id)
        stock[product_id] = (*stock.get(product_id, ()), *levels)
    return stock_insufficient(wanted, stock=stock)


def _levels_after(items: list[dict[str, Any]], world: World, tally: Tally) -> list[dict[str, Any]]:
    codes = {location.id: location.code for location in world.locations}
    skus = _skus(items, world)
    return [
        {
            "sku": skus[product_id],
            "location": codes[location_id],
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "available": level.available,
        }
        for (product_id, location_id), level in tally.levels.items()
    ]


def _skus(items: list[dict[str, Any]], world: World) -> dict[int, str]:
    """Product id -> SKU, of the SKUs that the command names."""
    return {world.products[item["sku"]][0]: item["sku"] for item in items}
