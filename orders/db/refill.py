"""The rows of a refill: its request, its lease, its recovery points, and the numbers it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inventory.db.sets import cursor

_STORES = "SELECT id, code FROM inventory_store ORDER BY id"

# Asks only where the pool is below its low mark and no refill is open; the unique index refuses a second open one.
_REQUEST = """
    INSERT INTO orders_invoicerefill
        (id, store_id, count, requested_at, attempts, next_attempt_at, last_error)
    SELECT %(id)s, %(store_id)s, least(%(target)s - free.count, %(count_max)s), %(now)s, 0, %(now)s, ''
    FROM (
        SELECT count(*) FROM orders_invoicenumber WHERE store_id = %(store_id)s AND state = 'free'
    ) AS free
    WHERE free.count < %(low)s
    ON CONFLICT (store_id) WHERE stored_at IS NULL DO NOTHING
"""

# One at a time: a killed holder's lease lapses by itself.
_LEASE = """
    UPDATE orders_invoicerefill SET lease_until = %(until)s, attempts = attempts + 1
    WHERE store_id = %(store_id)s AND stored_at IS NULL AND next_attempt_at <= %(now)s
        AND (lease_until IS NULL OR lease_until <= %(now)s)
    RETURNING id, count, attempts
"""

_STORE_NUMBERS = """
    INSERT INTO orders_invoicenumber (store_id, number, state, refill_id, fetched_at, void_reason)
    SELECT %(store_id)s, number, 'free', %(refill_id)s, %(now)s, ''
    FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS fetched (number, position) ORDER BY position
    ON CONFLICT (store_id, number) DO NOTHING
"""

_CLOSE = """
    UPDATE orders_invoicerefill SET stored_at = %(now)s, lease_until = NULL, last_error = %(note)s
    WHERE id = %(refill_id)s AND stored_at IS NULL
"""

_FAILED = """
    UPDATE orders_invoicerefill SET lease_until = NULL, next_attempt_at = %(next_attempt_at)s, last_error = %(error)s
    WHERE id = %(refill_id)s AND stored_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Refill:
    """`id` is the idempotency key under which accounting is asked."""

    id: UUID
    count: int
    attempts: int


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
    return Refill(*row) if row else None


def store_numbers(*, store_id: int, refill_id: UUID, numbers: Sequence[str], now: datetime) -> int:
    """Put the numbers into the pool; how many of them were not in it already. Call it in a transaction with `close`."""
    params = {"store_id": store_id, "refill_id": refill_id, "numbers": list(numbers), "now": now}
    return cursor().execute(_STORE_NUMBERS, params).rowcount


def close(refill_id: UUID, *, now: datetime, note: str) -> None:
    """Last recovery point: the numbers are stored, and accounting is not asked again under this key."""
    cursor().execute(_CLOSE, {"refill_id": refill_id, "now": now, "note": note})


def failed(refill_id: UUID, *, error: str, next_attempt_at: datetime) -> None:
    cursor().execute(_FAILED, {"refill_id": refill_id, "error": error, "next_attempt_at": next_attempt_at})
