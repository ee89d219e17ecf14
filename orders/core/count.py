"""Counting: what is on hand is what was counted; it cannot be less than what is reserved."""

from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.core.changes import Applied
from orders.core.order import Command
from orders.core.outcomes import Rejection
from orders.core.stock_items import Item, move_items
from orders.core.world import World


def count(command: Command, world: World) -> Applied | Rejection:
    def move(tally: Tally, item: Item) -> bool:
        key = (item.product_id, world.location_id(item.raw.get("location")))
        return tally.set(key, MovementKind.SET, item.quantity)

    return move_items(command, world, move)
