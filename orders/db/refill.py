"""The rows of a refill: its request, its lease, and its recovery points. What it brings: orders.db.refill_store."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from inventory.db.sets import cursor

_STORES = "SELECT id, code FROM inventory_store ORDER BY id"

# Asks only where the pool is below its low mark and no refill is open; the unique index refuses a second open one.
# Sales that wait for a number count as numbers taken already. After a refill that brought nothing the next one waits
# as long as that one would have.
_REQUEST = """
    INSERT INTO orders_invoicerefill
        (id, store_id, count, requested_at, attempts, next_attempt_at, last_error)
    SELECT %(id)s, %(store_id)s, least(%(target)s - left_over.count, %(count_max)s), %(now)s,
        coalesce(vain.attempts, 0), greatest(%(now)s, vain.next_attempt_at), ''
    FROM (
        SELECT (SELECT count(*) FROM orders_invoicenumber WHERE store_id = %(store_id)s AND state = 'free')
            - (SELECT count(*) FROM orders_order WHERE store_id = %(store_id)s AND invoice_pending) AS count
    ) AS left_over
    LEFT JOIN (
        SELECT * FROM orders_invoicerefill WHERE store_id = %(store_id)s ORDER BY requested_at DESC LIMIT 1
    ) AS vain ON vain.stored_at IS NOT NULL AND vain.stored_count = 0
    WHERE left_over.count < %(low)s
    ON CONFLICT (store_id) WHERE stored_at IS NULL DO NOTHING
"""

# One at a time: a killed holder's lease lapses by itself.
_LEASE = """
    UPDATE orders_invoicerefill SET lease_until = %(until)s, attempts = attempts + 1
    WHERE store_id = %(store_id)s AND stored_at IS NULL AND next_attempt_at <= %(now)s
        AND (lease_until IS NULL OR lease_until <= %(now)s)
    RETURNING id, count, attempts, answered
"""

_FETCHED = """
    UPDATE orders_invoicerefill SET answered = %(answered)s, fetched_at = %(now)s
    WHERE id = %(refill_id)s AND stored_at IS NULL AND fetched_at IS NULL
"""

_LOCK_OPEN = """
    SELECT store_id, fetched_at FROM orders_invoicerefill WHERE id = %s AND stored_at IS NULL FOR NO KEY UPDATE
"""

_CLOSE = """
    UPDATE orders_invoicerefill
    SET stored_at = %(now)s, stored_count = %(stored_count)s, lease_until = NULL, last_error = %(note)s,
        next_attempt_at = %(next_attempt_at)s
    WHERE id = %(refill_id)s AND stored_at IS NULL
"""

_FAILED = """
    UPDATE orders_invoicerefill SET lease_until = NULL, next_attempt_at = %(next_attempt_at)s, last_error = %(error)s
    WHERE id = %(refill_id)s AND stored_at IS NULL
"""

# Those that somebody works on are left alone.
_HURRY = """
    UPDATE orders_invoicerefill SET next_attempt_at = %(now)s
    WHERE stored_at IS NULL AND next_attempt_at > %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Refill:
    """`id` is the idempotency key under which accounting is asked; `answered` what it said, None before it did."""

    id: UUID
    count: int
    attempts: int
    answered: Sequence[Any] | None


def stores() -> Sequence[tuple[int, str]]:
    """Every store's id and code."""
    return cursor().execute(_STORES).fetchall()


def request(*, store_id: int, refill_id: UUID, low: int, target: int, count_max: int, now: datetime) -> None:
    """First recovery point: that accounting will be asked is committed before it is asked."""
    cursor().execute(
        _REQUEST,
        {"id": refill_id, "store_id": store_id, "low": low, "target": target, "count_max": count_max, "now": now},
    )


def lease(*, store_id: int, now: datetime, lasts: timedelta) -> Refill | None:
    """The store's open refill, for this caller alone until the lease lapses; None where there is nothing to do now."""
    row = cursor().execute(_LEASE, {"store_id": store_id, "now": now, "until": now + lasts}).fetchone()
    if row is None:
        return None
    id_, count, attempts, answered = row
    return Refill(id_, count, attempts, None if answered is None else json.loads(answered))


def fetched(refill_id: UUID, *, answered: Sequence[Any], now: datetime) -> None:
    """Second recovery point: what accounting answered is committed before it is used."""
    cursor().execute(_FETCHED, {"refill_id": refill_id, "answered": json.dumps(answered), "now": now})


def lock_open(refill_id: UUID) -> tuple[int, datetime] | None:
    """The store of a fetched refill and when it was fetched; None if somebody has stored it meanwhile."""
    row: tuple[int, datetime] | None = cursor().execute(_LOCK_OPEN, (refill_id,)).fetchone()
    return row


def close(refill_id: UUID, *, stored_count: int, note: str, next_attempt_at: datetime, now: datetime) -> None:
    """Last recovery point: accounting is not asked again under this key. `next_attempt_at`: not before then, if it
    brought nothing."""
    cursor().execute(
        _CLOSE,
        {
            "refill_id": refill_id,
            "stored_count": stored_count,
            "note": note,
            "next_attempt_at": next_attempt_at,
            "now": now,
        },
    )


def failed(refill_id: UUID, *, error: str, next_attempt_at: datetime) -> None:
    cursor().execute(_FAILED, {"refill_id": refill_id, "error": error, "next_attempt_at": next_attempt_at})


def hurry(*, now: datetime) -> int:
    """Accounting answers again: refills that backed off are due now. How many those are."""
    return cursor().execute(_HURRY, {"now": now}).rowcount
