"""Asking payment providers for what pays wait for, and waking whoever waits for the pays."""

from uuid import UUID

from orders.commands.core.machine import Kind
from orders.journal.bell import announce
from orders.journal.core.batch import OrderSubject, Rung
from orders.journal.ring import ring_for
from orders.payments.outside.authorize import Wake, authorize_due


def authorize_payments() -> int:
    """How many answers came."""
    return authorize_due(Wake(freed=_ring, parked=_announce))


def _ring(order_id: UUID, command_id: UUID) -> None:
    ring_for([Rung(Kind.PAY, OrderSubject(order_id), command_id)])


def _announce(command_id: UUID) -> None:
    announce([command_id])
