"""Sweeping: rings again for what is still pending, whatever became of the first ring."""

from base.sql import clock
from orders.journal.db.shares import all_queues
from orders.journal.db.sweep import due
from orders.journal.ring import ring_each

LIMIT = 500


def sweep() -> int:
    """Ring for all that is due; how many commands that was. What nobody takes from one queue hides nothing of another
    one's."""
    return sum(_sweep(queue) for queue in all_queues())


def _sweep(queue: str) -> int:
    found = due(now=clock.now(), limit=LIMIT, queue=queue)
    ring_each(found)
    return len(found)
