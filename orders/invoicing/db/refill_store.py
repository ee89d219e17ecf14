"""What a refill brings into the pool."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.sql.sets import cursor

SURPLUS_REASON = "not asked for"
VOIDED_BY = "refill_invoice_pool"

_STORE = """
    INSERT INTO orders_invoicenumber
        (store_id, number, state, refill_id, fetched_at, voided_at, void_reason, voided_by)
    SELECT %(store_id)s, number, %(state)s, %(refill_id)s, %(fetched_at)s, %(voided_at)s, %(reason)s, %(voided_by)s
    FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS fetched (number, position) ORDER BY position
    ON CONFLICT (store_id, number) DO NOTHING
"""


def store_free(*, store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime) -> int:
    """Put the numbers into the pool; how many of them were not in it already, whatever their state."""
    return _store(store_id, refill_id, numbers, fetched_at, state="free", voided_at=None, reason="", voided_by="")


def store_void(*, store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime) -> int:
    """Keep a trace of numbers that nobody asked for: they may be somebody else's, so no sale gets one."""
    return _store(
        store_id,
        refill_id,
        numbers,
        fetched_at,
        state="void",
        voided_at=fetched_at,
        reason=SURPLUS_REASON,
        voided_by=VOIDED_BY,
    )


def _store(store_id: int, refill_id: UUID, numbers: Sequence[str], fetched_at: datetime, **life: object) -> int:
    if not numbers:
        return 0
    known = {"store_id": store_id, "refill_id": refill_id, "numbers": list(numbers), "fetched_at": fetched_at}
    return cursor().execute(_STORE, {**known, **life}).rowcount
