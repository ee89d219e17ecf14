"""The rows of a refill: its request, its lease, its recovery points, and the numbers that it brings into the pool.

Only the holder of a lease writes that a call was in vain. An answer is kept whoever brings it: accounting has made its
numbers, and nobody else may ever hear of them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from base.sql.scope import Scope, named
from base.sql.sets import cursor

SURPLUS_REASON = "not asked for"
VOIDED_BY = "refill_invoice_pool"

# One that is at rest, on its way to another stack, gets no more numbers here.
_STORES = "SELECT id, code FROM inventory_store WHERE id > %s AND leaving_word = '' ORDER BY id LIMIT %s"

# Asks only where the pool is below its low mark and no refill is open; the unique index refuses a second open one.
# Sales and credit notes that wait for a number count as numbers taken already. After a refill that brought nothing the
# next one waits as long as that one would have. Counts no further than what makes a difference: where as many wait as
# would be asked for beyond the target, or as many are free, it is all or nothing.
_REQUEST = """
    INSERT INTO orders_invoicerefill
        (id, store_id, count, requested_at, attempts, next_attempt_at, last_error)
    SELECT %(id)s, %(store_id)s, least(%(target)s - left_over.count, %(count_max)s), %(now)s,
        coalesce(vain.attempts, 0), greatest(%(now)s, vain.next_attempt_at), ''
    FROM (
        SELECT (
            SELECT count(*) FROM (
                SELECT FROM orders_invoicenumber WHERE store_id = %(store_id)s AND state = 'free'
                LIMIT 2 * %(target)s::bigint + %(count_max)s
            ) AS free
        ) - (
            SELECT count(*) FROM (
                SELECT FROM orders_order WHERE store_id = %(store_id)s AND invoice_pending
                LIMIT %(target)s::bigint + %(count_max)s
            ) AS waiting
        ) - (
            SELECT count(*) FROM (
                SELECT FROM orders_creditnote WHERE store_id = %(store_id)s AND pending
                LIMIT %(target)s::bigint + %(count_max)s
            ) AS waiting
        ) AS count
    ) AS left_over
    LEFT JOIN (
        SELECT * FROM orders_invoicerefill WHERE store_id = %(store_id)s ORDER BY requested_at DESC LIMIT 1
    ) AS vain ON vain.stored_at IS NOT NULL AND vain.stored_count = 0
    WHERE left_over.count < %(low)s
    ON CONFLICT (store_id) WHERE stored_at IS NULL DO NOTHING
"""

_UNANSWERED = """
    SELECT store_id FROM orders_invoicerefill WHERE store_id = ANY(%b) AND stored_at IS NULL AND attempts > 0
"""

# One at a time: a killed holder's lease lapses by itself.
_LEASE = """
    UPDATE orders_invoicerefill SET lease_until = %(until)s, attempts = attempts + 1
    WHERE store_id = %(store_id)s AND stored_at IS NULL AND next_attempt_at <= %(now)s
        AND (lease_until IS NULL OR lease_until <= %(now)s)
    RETURNING id, count, attempts, lease_until, answered
"""

_FETCHED = """
    UPDATE orders_invoicerefill SET answered = %(answered)s, fetched_at = %(now)s
    WHERE id = %(refill_id)s AND stored_at IS NULL AND fetched_at IS NULL
"""

_LOCK = """
    SELECT refill.store_id, fetched_at, stored_at, answered, coalesce(requested_at <= restored_at, false)
    FROM orders_invoicerefill AS refill LEFT JOIN orders_invoicepool AS pool ON pool.store_id = refill.store_id
    WHERE refill.id = %s FOR NO KEY UPDATE OF refill
"""

# What comes after it was over adds to what there was.
_CLOSE = """
    UPDATE orders_invoicerefill
    SET answered = coalesce(answered, %(answered)s), fetched_at = coalesce(fetched_at, %(now)s),
        stored_at = coalesce(stored_at, %(now)s), stored_count = stored_count + %(stored_count)s, lease_until = NULL,
        last_error = %(note)s, next_attempt_at = %(next_attempt_at)s
    WHERE id = %(refill_id)s
"""

_REFUSED = """
    UPDATE orders_invoicerefill
    SET stored_at = %(now)s, lease_until = NULL, last_error = %(error)s, next_attempt_at = %(next_attempt_at)s
    WHERE id = %(refill_id)s AND stored_at IS NULL AND lease_until = %(lease_until)s
"""

_FAILED = """
    UPDATE orders_invoicerefill SET lease_until = NULL, next_attempt_at = %(next_attempt_at)s, last_error = %(error)s
    WHERE id = %(refill_id)s AND stored_at IS NULL AND lease_until = %(lease_until)s
"""

# Those that somebody works on are left alone.
_MAKE_DUE = """
    UPDATE orders_invoicerefill SET next_attempt_at = %(now)s
    WHERE stored_at IS NULL AND next_attempt_at > %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
"""

_NOTE = """
    INSERT INTO orders_repair (store_id, act, by, reason, at)
    SELECT id, 'refill', %(by)s, %(reason)s, %(now)s FROM inventory_store
    WHERE %(stores)s::bigint[] IS NULL OR id = ANY(%(stores)s)
"""

_BRING = """
    INSERT INTO orders_invoicenumber
        (store_id, number, state, refill_id, fetched_at, voided_at, void_reason, voided_by)
    SELECT %(store_id)s, number, %(state)s, %(refill_id)s, %(fetched_at)s, %(voided_at)s, %(reason)s, %(voided_by)s
    FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS fetched (number, position) ORDER BY position
    ON CONFLICT (store_id, number) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Refill:
    """`id` is the idempotency key under which accounting is asked; `answered` what it said, None before it did;
    `lease_until` tells one holder of its lease from another."""

    id: UUID
    count: int
    attempts: int
    lease_until: datetime
    answered: Sequence[Any] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a refill's locked row says. `stored_at`: it was over then; `answered`: the answer that was kept first;
    `of_lost_time`: the database was restored since it was asked for, and had the answer before."""

    store_id: int
    fetched_at: datetime | None
    stored_at: datetime | None
    answered: Sequence[Any] | None
    of_lost_time: bool


def stores(*, after: int, limit: int) -> Sequence[tuple[int, str]]:
    """The next stores' ids and codes, in the order of their ids."""
    return cursor().execute(_STORES, (after, limit)).fetchall()


def unanswered(store_ids: Sequence[int]) -> set[int]:
    """The stores whose open refill was asked for, and had no answer."""
    return {store_id for (store_id,) in cursor().execute(_UNANSWERED, (list(store_ids),))}


def request(*, store_id: int, refill_id: UUID, low: int, target: int, count_max: int, now: datetime) -> None:
    """First recovery point: that accounting will be asked is committed before it is asked."""
    cursor().execute(
        _REQUEST,
        {"id": refill_id, "store_id": store_id, "low": low, "target": target, "count_max": count_max, "now": now},
    )


def lease(*, store_id: int, now: datetime, until: datetime) -> Refill | None:
    """The store's open refill, for this caller alone until the lease lapses; None where there is nothing to do now."""
    row = cursor().execute(_LEASE, {"store_id": store_id, "now": now, "until": until}).fetchone()
    if row is None:
        return None
    id_, count, attempts, lease_until, answered = row
    return Refill(id_, count, attempts, lease_until, _read(answered))


def fetched(refill_id: UUID, *, answered: Sequence[Any], now: datetime) -> None:
    """Second recovery point: what accounting answered is committed before it is used."""
    cursor().execute(_FETCHED, {"refill_id": refill_id, "answered": json.dumps(answered), "now": now})


def lock(refill_id: UUID) -> Kept:
    row = cursor().execute(_LOCK, (refill_id,)).fetchone()
    assert row is not None, f"no refill {refill_id}"
    store_id, fetched_at, stored_at, answered, of_lost_time = row
    return Kept(store_id, fetched_at, stored_at, _read(answered), of_lost_time)


def close(refill: Refill, *, stored_count: int, note: str, next_attempt_at: datetime, now: datetime) -> None:
    """Last recovery point: accounting is not asked again under this key. `next_attempt_at`: not before then, if it
    brought nothing. Under the lock of its row."""
    given = {"stored_count": stored_count, "note": note, "next_attempt_at": next_attempt_at, "now": now}
    cursor().execute(_CLOSE, {"refill_id": refill.id, "answered": json.dumps(refill.answered), **given})


def refused(refill: Refill, *, error: str, next_attempt_at: datetime, now: datetime) -> None:
    """Under its key accounting will always refuse: the next refill has another one, and not before that time."""
    given = {"error": error, "next_attempt_at": next_attempt_at, "now": now}
    cursor().execute(_REFUSED, {"refill_id": refill.id, "lease_until": refill.lease_until, **given})


def failed(refill: Refill, *, error: str, next_attempt_at: datetime) -> None:
    given = {"error": error, "next_attempt_at": next_attempt_at}
    cursor().execute(_FAILED, {"refill_id": refill.id, "lease_until": refill.lease_until, **given})


def make_refills_due(*, now: datetime) -> int:
    """Accounting answers again: refills that backed off are due now. How many those are."""
    return cursor().execute(_MAKE_DUE, {"now": now}).rowcount


def wanted(stores: Scope, *, by: str, reason: str, now: datetime) -> None:
    """Keep who wanted the pools of these stores looked after at once, and why."""
    cursor().execute(_NOTE, {"by": by, "reason": reason, "now": now, **named(stores)})


def _read(answered: str | None) -> Sequence[Any] | None:
    return None if answered is None else json.loads(answered)


def store_free(*, store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime) -> int:
    """Put the numbers into the pool; how many of them were not in it already, whatever their state."""
    return _bring(store_id, refill_id, numbers, fetched_at, state="free", voided_at=None, reason="", voided_by="")


def store_aside(*, store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime) -> int:
    """Keep the numbers for those whose receipts may bear them already; how many of them were not there."""
    return _bring(store_id, refill_id, numbers, fetched_at, state="set_aside", voided_at=None, reason="", voided_by="")


def store_void(*, store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime) -> int:
    """Keep a trace of numbers that nobody asked for: they may be somebody else's, so no sale gets one."""
    return _bring(
        store_id,
        refill_id,
        numbers,
        fetched_at,
        state="void",
        voided_at=fetched_at,
        reason=SURPLUS_REASON,
        voided_by=VOIDED_BY,
    )


def _bring(store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime, **life: object) -> int:
    if not numbers:
        return 0
    known = {"store_id": store_id, "refill_id": refill_id, "numbers": list(numbers), "fetched_at": fetched_at}
    return cursor().execute(_BRING, {**known, **life}).rowcount
