"""Writing off: damaged goods leave the stock."""

from inventory.core.movements import MovementKind
from orders.core.changes import Applied
from orders.core.order import Command
from orders.core.outcomes import Rejection
from orders.core.stock_items import put_items
from orders.core.world import World


def write_off(command: Command, world: World) -> Applied | Rejection:
    return put_items(command, world, kind=MovementKind.DAMAGED, sign=-1)
