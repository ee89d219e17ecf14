"""What is known of the stores' pools of invoice numbers: samples of how fast they empty, and what was posted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from base.sql.sets import columns_of, cursor, pipeline, unnest
from orders.invoicing.core.pool import Bounds, burn_rate

_KNOW = """
    INSERT INTO orders_invoicepool (store_id, sampled_at)
    SELECT id, %b FROM inventory_store WHERE id = %b ON CONFLICT (store_id) DO NOTHING
"""

_LOCK = """
    SELECT free_expected, sampled_at, burn_per_minute FROM orders_invoicepool WHERE store_id = %b FOR NO KEY UPDATE
"""

# After the lock is had, in a statement of its own, which sees what those brought that were waited for.
_COUNT = "SELECT count(*) FROM orders_invoicenumber WHERE store_id = %b AND state = 'free'"

_SAMPLED = """
    UPDATE orders_invoicepool SET free_expected = %b, sampled_at = %b, burn_per_minute = %b WHERE store_id = %b
"""

_EXPECT = "UPDATE orders_invoicepool SET free_expected = free_expected + %b WHERE store_id = %b"

_BURNS = "SELECT store_id, burn_per_minute FROM orders_invoicepool WHERE store_id = ANY(%b)"

# Counts no further than the marks.
_BELOW = f"""
    SELECT store_id FROM {unnest(["bigint", "bigint"])} AS given (store_id, mark)
    WHERE mark > (
        SELECT count(*) FROM (
            SELECT FROM orders_invoicenumber AS number
            WHERE number.store_id = given.store_id AND state = 'free' LIMIT mark
        ) AS free
    )
"""

GENERATORS = frozenset({"orders.invoicing.from_pool", "orders.invoicing.db.numbers.take_free"})
"""The names of the function that takes numbers from the pool."""


@dataclass(frozen=True, slots=True)
class Sample:
    free: int
    burn_per_minute: float


def is_used() -> bool:
    """Whether sales take their numbers from the pool. Where they do not, nobody fills it or misses any in it."""
    return settings.INVOICE_NUMBER_GENERATOR in GENERATORS


def bounds() -> Bounds:
    """What the shop has set."""
    return Bounds(
        low=settings.INVOICE_POOL_LOW,
        target=settings.INVOICE_POOL_TARGET,
        target_max=settings.INVOICE_POOL_TARGET_MAX,
        covers_min=settings.INVOICE_POOL_COVERS_MIN,
    )


def sample(store_id: int, *, now: datetime) -> Sample:
    """Count the free numbers, and take what is missing since the last sample for burnt. Call it in a transaction.

    Locks the store's pool row, which nothing but refills, voids and confirmations of postings write.
    """
    with pipeline():
        cursor().execute(_KNOW, (now, store_id))
        known = cursor().execute(_LOCK, (store_id,))
        counted = cursor().execute(_COUNT, (store_id,))
    row, ((free,),) = known.fetchone(), counted
    assert row is not None, f"no store {store_id}"
    expected, sampled_at, before = row
    burn = burn_rate(before, taken=expected - free, seconds=(now - sampled_at).total_seconds())
    cursor().execute(_SAMPLED, (free, max(now, sampled_at), burn, store_id))
    return Sample(free, burn)


def expect(store_id: int, more: int) -> None:
    """So many free numbers came or went by other ways than a sale. In the transaction in which they did."""
    cursor().execute(_EXPECT, (more, store_id))


def burns(store_ids: Sequence[int]) -> dict[int, float]:
    """How fast each store's pool empties, as of its last sample."""
    known: dict[int, float] = dict(cursor().execute(_BURNS, (list(store_ids),)).fetchall())
    return {store_id: known.get(store_id, 0.0) for store_id in store_ids}


def below(marks: Mapping[int, int]) -> list[int]:
    """Which of the stores have fewer free numbers than their mark."""
    if not marks:
        return []
    rows = cursor().execute(_BELOW, columns_of(list(marks.items())), prepare=True)
    return [store_id for (store_id,) in rows]
