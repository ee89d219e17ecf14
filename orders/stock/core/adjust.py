"""Adjusting: a figure is corrected up or down; what is reserved cannot be adjusted away, unless it gives way."""

from inventory.core.movements import MovementKind
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Adjust
from orders.commands.core.rule import Applied, World
from orders.stock.core.items import Because, put_items


def adjust(payload: Adjust, world: World) -> Applied | Rejection:
    return put_items(payload.items, Because(payload.reason), world, kind=MovementKind.ADJUST)
