"""Allocating stock that arrived to the orders that wait for it."""

from collections.abc import Sequence

from base.sql import clock
from orders.commands.core.machine import Kind
from orders.commands.core.payloads import Allocate
from orders.journal.core.batch import OrderSubject, Rung
from orders.journal.db.accept import accept_system
from orders.journal.ring import ring_for
from orders.sales.core.turns import Turn
from orders.sales.db.backorders import servable
from workers.submission import submission


def allocate_backorders() -> int:
    """Submit an `allocate` for each order whose turn it is, the oldest backorder of a product first; how many that was.

    Whoever runs them in whatever order: each takes only what older backorders leave. All that are waited for are looked
    at each time, some at a time, so that no product waits for another's.
    """
    return sum(_submit(turns) for turns in servable(now=clock.now()))


def _submit(turns: Sequence[Turn]) -> int:
    submissions = [submission(Kind.ALLOCATE, turn.order_id, key=turn.key, payload=Allocate()) for turn in turns]
    if submissions:
        accept_system(submissions, issued_by="allocate_backorders")
        rung = zip(turns, submissions, strict=True)
        ring_for([Rung(Kind.ALLOCATE, OrderSubject(turn.order_id), one.id) for turn, one in rung])
    return len(submissions)
