"""Counting: what is on hand is what was counted; it cannot be less than what is reserved, unless that gives way."""

from collections.abc import Sequence
from dataclasses import replace

from inventory.core.levels import LevelKey
from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import World
from orders.stock.core.items import Item, at_levels, move_items
from orders.stock.core.shortage import less_than_reserved


def count(command: Command, world: World) -> Applied | Rejection:
    def key(item: Item) -> LevelKey:
        return item.product_id, world.location_id(item.raw.get("location"))

    def move(tally: Tally, item: Item) -> bool:
        return tally.set(key(item), MovementKind.SET, item.quantity)

    def refuse(failed: Sequence[Item], items: Sequence[Item]) -> Rejection:
        counted = {key(item): item.quantity for item in failed}
        refused = less_than_reserved(*at_levels(counted, items, world), world=world)
        levels = world.tally()
        reserved = {at: levels.level(at).reserved for at in counted}
        return replace(refused, overdrawn={at: reserved[at] - quantity for at, quantity in counted.items()})

    return move_items(command, world, move=move, refuse=refuse)
