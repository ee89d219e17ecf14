"""Roles whose reach depends on the order."""

from orders.api.auth import require
from orders.core.caller import Caller
from orders.core.machine import Kind, PaymentStatus, Status
from orders.core.roles import Action, cancel_needs, may
from orders.db.accept import Submission
from orders.db.reads_commands import known_by_key
from orders.db.reads_orders import KnownOrder, described


def check_cancel(caller: Caller, submission: Submission) -> None:
    """Refuse a cancel that goes beyond the role; one that was accepted under its key before is not asked again."""
    if submission.kind is not Kind.CANCEL or may(caller.role, Action.SUPERVISE) or submission.order_id is None:
        return
    order = described(submission.order_id)
    if order and order.store_id == caller.store_id and not known_by_key(caller, [submission.key]):
        check_reach(caller, order)


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
