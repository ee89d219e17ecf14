"""Allocating stock that arrived to the orders that wait for it."""

from django.utils import timezone

from orders.commands.core.machine import Kind
from orders.journal.db.accept import accept_system
from orders.journal.ring import ring_bulk
from orders.sales.db.backorders import servable
from workers.submission import submission

LIMIT = 500


def allocate_backorders() -> int:
    """Submit an `allocate` for each order whose turn it is, the oldest backorder first; how many that was.

    Whoever runs them in whatever order: each takes only what older backorders leave.
    """
    turns = servable(LIMIT, now=timezone.now())
    submissions = [submission(Kind.ALLOCATE, order_id, key=key, payload={}) for order_id, key in turns]
    if submissions:
        accept_system(submissions, issued_by="allocate_backorders")
        ring_bulk([one.order_id for one in submissions if one.order_id], [], [one.id for one in submissions])
    return len(submissions)
