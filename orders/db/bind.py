"""Sales that went through while the pool was empty."""

from collections.abc import Sequence
from uuid import UUID

from inventory.db.sets import cursor

# The oldest first; a sale that somebody works on is left for the next time.
_WAITING = """
    SELECT "order".id, "order".store_id, (
        SELECT change.command_id FROM orders_statuschange AS change
        WHERE change.order_id = "order".id AND change.kind = 'pay'
    )
    FROM orders_order AS "order" WHERE invoice_pending
    ORDER BY paid_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""

_NUMBERED = "UPDATE orders_order SET invoice_pending = false WHERE id = ANY(%b)"


def lock_waiting(limit: int) -> Sequence[tuple[UUID, int, UUID]]:
    """(order id, store id, the pay command's id) of paid orders without a number, locked."""
    return cursor().execute(_WAITING, (limit,)).fetchall()


def numbered(order_ids: Sequence[UUID]) -> None:
    cursor().execute(_NUMBERED, (list(order_ids),))
