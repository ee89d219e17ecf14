"""Sweeping: rings again for what is still pending, whatever became of the first ring."""

from base.sql import clock
from orders.journal.db.sweep import due
from orders.journal.ring import ring_each

LIMIT = 500


def sweep() -> int:
    """Ring for all that is due; how many commands that was."""
    found = due(now=clock.now(), limit=LIMIT)
    ring_each(found)
    return len(found)
