"""Depositing: part of what is due is paid for an order that is held or was shipped on account; the rest follows, or
all of it goes back."""

from dataclasses import replace
from datetime import date

from orders.commands.core.machine import PaymentStatus, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.results import Deposited
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import EntryKind
from orders.payments.core.money import Settled, entries, taken
from orders.sales.core.goods import backordered


def refuse_deposit(order: Order) -> Rejection | None:
    """Why the order, which can be paid, takes no part payment."""
    if order.status is not Status.DRAFT:
        return None
    detail = "A part payment needs an order that is held or was shipped; this one is a draft."
    return Rejection(code=Code.TRANSITION_NOT_ALLOWED, detail=detail)


def deposit(order: Order, settled: Settled, *, day: date) -> Applied:
    """The goods stay where they are, and neither holds nor a wait for stock lapse any more. The invoice comes with the
    final payment."""
    after = replace(
        taken(order, settled),
        payment_status=PaymentStatus.PARTIALLY_PAID,
        holds=tuple(replace(hold, expires_at=None) for hold in order.holds),
        awaits_until=None,
    )
    return Applied(
        order=after,
        money_moved=settled.money_moved,
        entries=entries(EntryKind.DEPOSIT, settled.money_moved),
        day=day,
        result=Deposited(due_minor=settled.left_minor, backordered=backordered(order.lines)),
    )
