"""Adjusting: a figure is corrected up or down; what is reserved cannot be adjusted away, unless it gives way."""

from inventory.core.movements import MovementKind
from orders.core.changes import Applied
from orders.core.order import Command
from orders.core.outcomes import Rejection
from orders.core.stock_items import put_items
from orders.core.world import World


def adjust(command: Command, world: World) -> Applied | Rejection:
    return put_items(command, world, kind=MovementKind.ADJUST)
