"""Roles whose reach depends on the order."""

from base.http.fields import Body
from base.http.problems import Problem, at
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, Status
from orders.commands.core.roles import Action, cancel_needs, may
from orders.journal.db.accept import Submission
from orders.sales.api.bodies import PayIn, PayShortage
from orders.sales.db.orders import KnownOrder, described
from orders.terminals.api.auth import require


def check_cancel(caller: Caller, submission: Submission) -> None:
    """Refuse a cancel that goes beyond the role."""
    if submission.kind is not Kind.CANCEL or may(caller.role, Action.SUPERVISE) or submission.order_id is None:
        return
    order = described(submission.order_id)
    if order and order.store_id == caller.store_id:
        check_reach(caller, order)


def check_recordable(caller: Caller, submission: Submission, body: Body) -> None:
    """Refuse to record as handed over what is to be shipped."""
    if not _records(body) or submission.order_id is None:
        return
    order = described(submission.order_id)
    if order and order.store_id == caller.store_id:
        check_immediate(body, order.fulfilment)


def check_immediate(body: Body, fulfilment: str) -> None:
    if _records(body) and fulfilment != Fulfilment.IMMEDIATE:
        detail = "Only what an immediate sale has handed over already can be recorded; a shipment may be backordered."
        raise Problem(422, "shortage_not_recordable", detail, errors=[at(["shortage"], detail)])


def _records(body: Body) -> bool:
    return isinstance(body, PayIn) and body.shortage is PayShortage.RECORD


def check_reach(caller: Caller, order: KnownOrder) -> None:
    """Refuse a cancel of this order if it goes beyond the role."""
    # What has lapsed is a draft, though no task may have been by yet.
    has_lapsed = order.has_lapsed and order.status == Status.PROCESSING
    needed = cancel_needs(
        status=Status.DRAFT if has_lapsed else Status(order.status),
        payment_status=PaymentStatus(order.payment_status),
        own=order.terminal_id == caller.terminal_id,
    )
    require(caller.role, needed)
