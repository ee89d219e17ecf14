"""Delivering: the customer has the shipment."""

from dataclasses import replace

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.rule import Applied


def deliver(order: Order) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.DELIVER):
        return refusal
    return Applied(order=replace(order, status=Status.DELIVERED))
