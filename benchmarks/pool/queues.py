"""Number generators that hold the sale's transaction open: one passes over locked numbers, one queues for them."""

import time
from collections.abc import Mapping, Sequence

from base.sql.sets import cursor
from orders.invoicing.db.numbers import take_free

HELD_S = 0.05
"""As long as a sale's transaction stays open after it took its number: a slow disk, a replica that confirms."""

_OLDEST = (
    "SELECT number FROM orders_invoicenumber WHERE store_id = %b AND state = 'free' ORDER BY id LIMIT 1 FOR UPDATE"
)


def passing_over(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """As the product takes them: with SKIP LOCKED."""
    taken = take_free(counts)
    time.sleep(HELD_S)
    return taken


def queueing(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """Without: whoever comes waits for the oldest number, and then for the next one if that was sold meanwhile."""
    taken = {store_id: [_oldest(store_id) for _ in range(count)] for store_id, count in counts.items()}
    time.sleep(HELD_S)
    return taken


def _oldest(store_id: int) -> str:
    while (row := cursor().execute(_OLDEST, (store_id,), prepare=True).fetchone()) is None:
        pass  # PostgreSQL finds no row where the one that it waited for is free no more
    return str(row[0])
