"""Whom the orders of a batch may have to stand back for: how far into which queues for goods it has to look."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order
from orders.commands.core.payloads import YieldedTo
from orders.sales.core.turns import Place, looked_up_to


def queues(commands: Sequence[Command], orders: Mapping[UUID, Order]) -> dict[int, Place]:
    """Product id -> how far. Those who stand behind an order that is allocated to get nothing before it does; but what
    else is done for it here, or a count that has its holds give way, may let it begin to wait anew."""
    kinds: dict[UUID | None, list[Kind]] = {}
    for command in commands:
        kinds.setdefault(command.order_id, []).append(command.kind)
    to_allocate = {id_: orders[id_] for id_, of_order in kinds.items() if id_ and Kind.ALLOCATE in of_order}
    is_counted = any(isinstance(command.payload, YieldedTo) for command in commands)
    busy = {
        id_
        for id_, order in to_allocate.items()
        if len(kinds[id_]) > 1 or (is_counted and order.backordered_at is None)
    }
    return looked_up_to(to_allocate.values(), busy=busy)
