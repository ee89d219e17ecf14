"""What the sweeper rings for: commands that are still pending when their time has passed."""

from datetime import datetime

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.journal.core.batch import Rung, subject_of
from orders.journal.core.shares import COMMANDS
from orders.journal.db.shares import named, of, share

# Of a backlog only the oldest are looked at: they are settled, or parked, and then others are the oldest.
DUE = """
    state = 'pending' AND blocked_by_id IS NULL AND ring_at <= %(now)s{of} AND seq <= coalesce((
        SELECT seq FROM orders_command
        WHERE state = 'pending' AND blocked_by_id IS NULL{of} ORDER BY seq OFFSET 5000 LIMIT 1
    ), 9223372036854775807)
"""

# The pause before the next ring is the command's age so far, within 1 and 30 s: it doubles without a counter.
# SKIP LOCKED: two sweepers ring for different commands, and none waits for a worker.
_DUE = f"""
    UPDATE orders_command
    SET ring_at = %(now)s + least(greatest(%(now)s - accepted_at, interval '1 s'), interval '30 s')
    WHERE id = ANY(ARRAY(
        SELECT id FROM orders_command WHERE {DUE}
        ORDER BY seq LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    ))
    RETURNING id, kind, order_id, store_id, drawer_id
"""


_KINDS = {str(kind): kind for kind in Kind}


def due(*, now: datetime, limit: int, queue: str = COMMANDS) -> list[Rung]:
    """Up to `limit` commands of the queue's share to ring for, the oldest first; each is due again later, should this
    ring be lost too."""
    its = share(queue)
    rows = cursor().execute(_DUE.format(of=of(its)), {"now": now, "limit": limit, **named(its)})
    # Of a kind that only a newer release knows nobody is told but by whose it is.
    return [
        Rung(_KINDS.get(kind), subject_of(order_id, store_id, drawer_id), id_, store_id)
        for id_, kind, order_id, store_id, drawer_id in rows
    ]
