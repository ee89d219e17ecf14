"""Refusals that follow from an order's state alone, in order of precedence."""

from orders.commands.core.machine import Fulfilment, Kind, PaymentTerms, Status, may_lead_to
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection

_NEED_UNPAID = frozenset({Kind.PAY, Kind.RESERVE, Kind.RELEASE, Kind.EXTEND})
_NEED_LINES = frozenset({Kind.PAY, Kind.RESERVE})
_OF_HOLDS = frozenset({Kind.RELEASE, Kind.EXTEND})
_OF_SHIPMENTS = frozenset({Kind.FULFILL, Kind.DELIVER})
_DONE = {
    Kind.PAY: "paid",
    Kind.RELEASE: "released",
    Kind.EXTEND: "held longer",
    Kind.FULFILL: "fulfilled",
    Kind.DELIVER: "delivered",
    Kind.CANCEL: "cancelled",
    Kind.RETURN: "returned",
}


def refuse_by_state(order: Order, kind: Kind) -> Rejection | None:
    """The first reason why the order cannot take the command now, whatever the command says."""
    if order.status is Status.CANCELLED:
        return Rejection(code=Code.ORDER_CANCELLED, detail="The order is cancelled.")
    if kind in _NEED_UNPAID and order.is_paid:
        return Rejection(code=Code.ORDER_ALREADY_PAID, detail="The order is already paid.")
    if kind is Kind.RESERVE and order.status is not Status.DRAFT:
        return Rejection(
            code=Code.ORDER_NOT_DRAFT, detail=f"Only a draft can be reserved; this order is {_read(order.status)}."
        )
    if not may_lead_to(kind=kind, fulfilment=order.fulfilment, status=order.status):
        return Rejection(
            code=Code.TRANSITION_NOT_ALLOWED,
            detail=_not_in_this_state(order, kind),
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


def _not_in_this_state(order: Order, kind: Kind) -> str:
    if kind in _OF_SHIPMENTS and order.fulfilment is Fulfilment.IMMEDIATE:
        return f"There is nothing to {kind}: the customer takes the goods along."
    if kind in _OF_HOLDS and order.status is Status.DRAFT:
        return f"A draft is not held, so there is nothing to {kind}."
    return f"The order is {_read(order.status)}, so it cannot be {_DONE.get(kind, 'given stock')}."


def _read(status: Status) -> str:
    return "a draft" if status is Status.DRAFT else status.replace("_", " ")
