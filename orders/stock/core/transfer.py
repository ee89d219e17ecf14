"""Transferring: available goods are carried from one location to another."""

from collections.abc import Sequence

from inventory.core.levels import LevelKey
from inventory.core.tally import Tally
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import World
from orders.stock.core.items import Item, at_levels, move_items
from orders.stock.core.shortage import stock_insufficient


def transfer(command: Command, world: World) -> Applied | Rejection:
    def source(item: Item) -> LevelKey:
        return item.product_id, world.location_id(item.raw["from_location"])

    def move(tally: Tally, item: Item) -> bool:
        target = (item.product_id, world.location_id(item.raw["to_location"]))
        return tally.move(source(item), target, item.quantity)

    def refuse(failed: Sequence[Item], items: Sequence[Item]) -> Rejection:
        """Of each level that lacks something, all that the items together ask of it."""
        short = dict.fromkeys(map(source, failed), 0)
        for item in items:
            if item.tracks_stock and source(item) in short:
                short[source(item)] += item.quantity
        return stock_insufficient(*at_levels(short, items, world), world=world)

    return move_items(command, world, move=move, refuse=refuse)
