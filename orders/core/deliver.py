"""Delivering: the customer has the shipment."""

from dataclasses import replace

from orders.core.changes import Applied
from orders.core.machine import Kind, Status
from orders.core.order import Command, Order
from orders.core.outcomes import Rejection
from orders.core.refusals import refuse_by_state
from orders.core.world import World


def deliver(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.DELIVER):
        return refusal
    return Applied(order=replace(order, status=Status.DELIVERED))
