"""Refusals that follow from an order's state alone, in order of precedence."""

from orders.commands.core.machine import Kind, PaymentTerms, Status, may_lead_to
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection

_NEED_UNPAID = frozenset({Kind.PAY, Kind.RESERVE, Kind.RELEASE, Kind.EXTEND})
_NEED_LINES = frozenset({Kind.PAY, Kind.RESERVE})


def refuse_by_state(order: Order, kind: Kind) -> Rejection | None:
    """The first reason why the order cannot take the command now, whatever the command says."""
    if order.status is Status.CANCELLED:
        return Rejection(code=Code.ORDER_CANCELLED, detail="The order is cancelled.")
    if kind in _NEED_UNPAID and order.is_paid:
        return Rejection(code=Code.ORDER_ALREADY_PAID, detail="The order is already paid.")
    if kind is Kind.RESERVE and order.status is not Status.DRAFT:
        return Rejection(
            code=Code.ORDER_NOT_DRAFT, detail=f"Only a draft can be reserved; this order is {order.status}."
        )
    if not may_lead_to(kind=kind, fulfilment=order.fulfilment, status=order.status):
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED,
            detail=f"{kind} is not possible for an order for {order.fulfilment} that is {order.status}.",
        )
    if order.deposits_minor and kind is Kind.RELEASE:
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED, detail="A deposit was paid: cancel the order to give it back."
        )
    if kind is Kind.CANCEL and order.status is Status.PAID and any(line.returned for line in order.lines):
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED,
            detail="Goods of this order were returned; return the rest instead.",
        )
    if kind in _NEED_LINES and not order.lines:
        return Rejection(code=Code.ORDER_EMPTY, detail="The order has no lines.")
    if kind is Kind.FULFILL and not order.is_paid and order.payment_terms is PaymentTerms.PREPAID:
        return Rejection(code=Code.ORDER_NOT_PAID, detail="The order has to be paid before it is shipped.")
    return None
