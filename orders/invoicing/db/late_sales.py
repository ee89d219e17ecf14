"""Sales that went through while the pool was empty."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.sql.sets import cursor
from orders.invoicing.db.numbers import NOTHING_TO_POST, Sale

# From one store that waits to the next, by the index: not one sale after the other.
_STORES = """
    WITH RECURSIVE waiting AS (
        SELECT (SELECT min(store_id) FROM orders_order WHERE invoice_pending) AS store_id
        UNION ALL
        SELECT (SELECT min(store_id) FROM orders_order WHERE invoice_pending AND store_id > waiting.store_id)
        FROM waiting WHERE waiting.store_id IS NOT NULL
    )
    SELECT store_id FROM waiting WHERE store_id IS NOT NULL
"""

_WAIT = "SELECT EXISTS (SELECT FROM orders_order WHERE invoice_pending)"

# The oldest first; a sale that somebody works on is left for the next time.
_WAITING = """
    SELECT "order".id, (
        SELECT change.command_id FROM orders_statuschange AS change
        WHERE change.order_id = "order".id AND change.kind = 'pay' ORDER BY change.id DESC LIMIT 1
    )
    FROM orders_order AS "order" WHERE invoice_pending AND "order".store_id = %s
    ORDER BY paid_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""

_NUMBERED = "UPDATE orders_order SET invoice_pending = false WHERE id = ANY(%b)"

# What waited for nothing but the number can be sent to accounting now.
_ENTRIES_DUE = """
    UPDATE orders_journalentry SET next_attempt_at = %b
    WHERE order_id = ANY(%b) AND state = 'pending' AND next_attempt_at IS NULL
"""

_NOTHING_TO_POST = f"""
    INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at, reason)
    SELECT id, store_id, %s, '{NOTHING_TO_POST}' FROM orders_invoicenumber AS number
    WHERE order_id = ANY(%s) AND refill_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM orders_journalentry WHERE order_id = number.order_id AND kind = 'sale'
    )
"""


def stores_waiting() -> Sequence[int]:
    """The stores that have sales without a number."""
    return [store_id for (store_id,) in cursor().execute(_STORES)]


def are_sales_waiting() -> bool:
    row = cursor().execute(_WAIT).fetchone()
    return bool(row and row[0])


def lock_waiting(store_id: int, limit: int) -> Sequence[Sale]:
    """Paid orders of the store without a number, locked."""
    rows = cursor().execute(_WAITING, (store_id, limit))
    return [Sale(store_id, order_id, command_id) for order_id, command_id in rows]


def numbered(order_ids: Sequence[UUID], *, now: datetime) -> None:
    cursor().execute(_NUMBERED, (list(order_ids),))
    cursor().execute(_ENTRIES_DUE, (now, list(order_ids)))
    cursor().execute(_NOTHING_TO_POST, (now, list(order_ids)))
