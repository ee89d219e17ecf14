"""Stock commands have no order: goods arrive, a figure is corrected, goods are written off. All items or none."""

from typing import Any

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
    short: dict[tuple[str, int], int] = {}
    for item in command.payload["items"]:
        product_id, tracks_stock = world.products[item["sku"]]
        if not tracks_stock:
            skipped.append(item["sku"])
        elif not tally.put((product_id, world.location_id(item.get("location"))), kind, sign * item["quantity"]):
            asked = short.get((item["sku"], product_id), 0)
            short[item["sku"], product_id] = asked + abs(item["quantity"])
    if short:
        return stock_insufficient(short, stock=world.stock)
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


def _levels_after(items: list[dict[str, Any]], world: World, tally: Tally) -> list[dict[str, Any]]:
    codes = {location.id: location.code for location in world.locations}
    skus = {world.products[item["sku"]][0]: item["sku"] for item in items}
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
