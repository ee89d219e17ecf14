"""The pools of invoice numbers as the outside sees them."""

from datetime import datetime
from typing import Any

from base.sql.scope import Scope, named
from base.sql.sets import COUNTED_MAX, dicts
from orders.invoicing.core.pool import Marks, burn_rate, marks, minutes_to_empty
from orders.invoicing.db.pool import bounds, is_used

# Every count is of a partial index, or of what the relay has counted: none grows with history, and none with a backlog
# beyond the limit. Entries are counted from the front of those of all stores: an index of each store's own would cost
# every sale.
_POOLS = f"""
    SELECT store.code AS store,
        (SELECT count(*) FROM orders_invoicenumber WHERE store_id = store.id AND state = 'free') AS free,
        (SELECT count(*) FROM orders_invoicenumber WHERE store_id = store.id AND state = 'set_aside') AS set_aside,
        pool.restored_at,
        (SELECT count(*) FROM (
            SELECT FROM orders_invoicenumber WHERE store_id = store.id AND state = 'assigned' LIMIT {COUNTED_MAX}
        ) AS counted) AS assigned,
        coalesce(pool.posted, 0) AS posted,
        (SELECT count(*) FROM (
            SELECT FROM orders_invoicenumber WHERE store_id = store.id AND state = 'void' LIMIT {COUNTED_MAX}
        ) AS counted) AS void,
        (SELECT count(*) FROM (
            SELECT FROM orders_order WHERE invoice_pending AND store_id = store.id
            ORDER BY store_id, paid_at LIMIT {COUNTED_MAX}
        ) AS counted) AS sales_waiting,
        (SELECT count(*) FROM (
            SELECT FROM orders_creditnote WHERE pending AND store_id = store.id
            ORDER BY store_id, created_at LIMIT {COUNTED_MAX}
        ) AS counted) AS credit_notes_waiting, coalesce(outbox.pending, 0) AS entries_pending,
        coalesce(outbox.parked, 0) AS entries_parked, outbox.pending_since AS entries_pending_since,
        coalesce(pool.free_expected, 0) AS free_expected, coalesce(pool.sampled_at, now()) AS sampled_at,
        coalesce(pool.burn_per_minute, 0) AS burn_per_minute,
        refill.count AS refill_count, refill.requested_at, refill.fetched_at, refill.stored_at, refill.stored_count,
        refill.attempts, refill.next_attempt_at, nullif(refill.last_error, '') AS error
    FROM inventory_store AS store
    LEFT JOIN orders_invoicepool AS pool ON pool.store_id = store.id
    LEFT JOIN LATERAL (
        SELECT * FROM orders_invoicerefill WHERE store_id = store.id ORDER BY requested_at DESC LIMIT 1
    ) AS refill ON true
    LEFT JOIN (
        SELECT store_id, count(*) FILTER (WHERE state = 'pending') AS pending,
            count(*) FILTER (WHERE state = 'parked') AS parked,
            min(created_at) FILTER (WHERE state = 'pending') AS pending_since
        FROM (
            (SELECT store_id, state, created_at FROM orders_journalentry WHERE state = 'pending'
            ORDER BY next_attempt_at, seq LIMIT {COUNTED_MAX})
            UNION ALL
            (SELECT store_id, state, created_at FROM orders_journalentry WHERE state = 'parked'
            ORDER BY seq LIMIT {COUNTED_MAX})
        ) AS entry GROUP BY store_id
    ) AS outbox ON outbox.store_id = store.id
    WHERE %(stores)s::bigint[] IS NULL OR store.id = ANY(%(stores)s)
    ORDER BY store.code
"""

_REFILL = ("requested_at", "fetched_at", "stored_at", "stored_count", "attempts", "next_attempt_at", "error")


def invoice_pools(stores: Scope = None, *, now: datetime) -> list[dict[str, Any]]:
    """The pool of each of these stores: its numbers by state, its marks, how fast it empties, and its last refill."""
    return [_pool(row, now) for row in dicts(_POOLS, named(stores))]


def invoice_pool(store_id: int, *, now: datetime) -> dict[str, Any]:
    return invoice_pools([store_id], now=now)[0]


def _pool(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    seconds = (now - row.pop("sampled_at")).total_seconds()
    taken = row.pop("free_expected") - row["free"]
    burn = burn_rate(row["burn_per_minute"], taken=taken, seconds=seconds) if is_used() else 0.0
    wanted = marks(burn, bounds()) if is_used() else Marks(0, 0)
    count, refill = row.pop("refill_count"), {name: row.pop(name) for name in _REFILL}
    return {
        **row,
        "low": wanted.low,
        "target": wanted.target,
        "burn_per_minute": round(burn, 3),
        "minutes_to_empty": minutes_to_empty(row["free"], burn),
        "last_refill": {"count": count, **refill} if count and is_used() else None,
    }
