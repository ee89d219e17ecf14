"""Receiving: goods arrive at a location."""

from inventory.core.movements import MovementKind
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Receive
from orders.commands.core.rule import Applied, World
from orders.stock.core.items import Because, put_items


def receive(payload: Receive, world: World) -> Applied | Rejection:
    because = Because(payload.reason, payload.reference)
    return put_items(payload.items, because, world, kind=MovementKind.INBOUND)
