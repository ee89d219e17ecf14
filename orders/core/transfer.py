"""Transferring: available goods are carried from one location to another."""

from inventory.core.tally import Tally
from orders.core.changes import Applied
from orders.core.order import Command
from orders.core.outcomes import Rejection
from orders.core.stock_items import Item, move_items
from orders.core.world import World


def transfer(command: Command, world: World) -> Applied | Rejection:
    def move(tally: Tally, item: Item) -> bool:
        source = (item.product_id, world.location_id(item.raw["from_location"]))
        target = (item.product_id, world.location_id(item.raw["to_location"]))
        return tally.move(source, target, item.quantity)

    return move_items(command, world, move)
