"""The outbox of voids: numbers that accounting has not been told are void."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.sql.sets import cursor, first

# SKIP LOCKED: two relays take different ones. Who takes one moves it on, so a killed holder's comes back by itself.
_LEASE = """
    WITH due AS MATERIALIZED (
        SELECT number_id FROM orders_voidnotice WHERE told_at IS NULL AND next_attempt_at <= %(now)s
        ORDER BY next_attempt_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_voidnotice AS notice SET next_attempt_at = %(until)s, attempts = notice.attempts + 1
    FROM due, orders_invoicenumber AS number, inventory_store AS store
    WHERE notice.number_id = due.number_id AND number.id = due.number_id AND store.id = notice.store_id
    RETURNING notice.number_id, notice.attempts, store.code, number.number,
        coalesce(nullif(notice.reason, ''), number.void_reason), notice.next_attempt_at
"""

_TOLD = "UPDATE orders_voidnotice SET told_at = %s, last_error = '' WHERE number_id = %s AND told_at IS NULL"

_FAILED = """
    UPDATE orders_voidnotice SET last_error = %s, next_attempt_at = %s
    WHERE number_id = %s AND told_at IS NULL AND next_attempt_at = %s
"""

_NOTICE = """
    SELECT notice.number_id AS id, number.number, told_at, attempts, next_attempt_at,
        nullif(last_error, '') AS last_error
    FROM orders_invoicenumber AS number JOIN orders_voidnotice AS notice ON notice.number_id = number.id
    WHERE number.store_id = %s AND number.number = %s
"""

# Whoever tells it just now is not waited for: accounting takes the same void twice.
_RETRY = """
    WITH again AS (
        UPDATE orders_voidnotice SET attempts = 0, next_attempt_at = %(now)s
        WHERE number_id = ANY(%(ids)s) AND told_at IS NULL AND last_error <> ''
        RETURNING number_id, store_id
    )
    INSERT INTO orders_repair (store_id, notice_id, act, by, reason, at)
    SELECT store_id, number_id, 'retry', %(by)s, %(reason)s, %(now)s FROM again
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """`attempts`: with this one; `leased_until` tells one holder from another."""

    id: int
    attempts: int
    store_code: str
    number: str
    reason: str
    leased_until: datetime


def lease_due(*, now: datetime, until: datetime) -> Notice | None:
    """The one that has been due for the longest, for this caller until then."""
    row = cursor().execute(_LEASE, {"now": now, "until": until}).fetchone()
    return Notice(*row) if row else None


def told(notice: Notice, *, now: datetime) -> None:
    """Accounting knows it, whoever told it."""
    cursor().execute(_TOLD, (now, notice.id))


def failed(notice: Notice, *, error: str, next_attempt_at: datetime) -> None:
    """It does not, unless somebody else has taken over meanwhile."""
    cursor().execute(_FAILED, (error, next_attempt_at, notice.id, notice.leased_until))


def notice_of(*, store_id: int, number: str) -> dict[str, Any] | None:
    """As the outside sees it; None where accounting is told nothing of the number."""
    return first(_NOTICE, (store_id, number))


def retry_notices(ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
    """Voids that accounting did not take are due at once, and who wanted that is kept; how many had failed."""
    return cursor().execute(_RETRY, {"ids": list(ids), "by": by, "reason": reason, "now": now}).rowcount
