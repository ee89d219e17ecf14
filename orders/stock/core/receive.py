"""Receiving: goods arrive at a location."""

from inventory.core.movements import MovementKind
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import World
from orders.stock.core.items import put_items


def receive(command: Command, world: World) -> Applied | Rejection:
    return put_items(command, world, kind=MovementKind.INBOUND)
