"""The shop's own invoice numbers, for shops whose accounting accepts them: STORE-00000001, a count for each store.

They grow where eight digits end.
"""

from collections.abc import Mapping, Sequence

from base.sql.sets import Row, cursor
from orders.invoicing.db.restored import MAY_GIVE, carry_on

# In the order of the stores, so that two batches wait for each other and never in a ring.
_NEXT = f"""
    WITH counted AS (
        INSERT INTO orders_invoicecounter AS counter (store_id, drawn)
        SELECT store_id, count FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
        WHERE {MAY_GIVE} AND store_id NOT IN (SELECT store_id FROM orders_invoicepool WHERE restored_at IS NOT NULL)
        ORDER BY store_id
        ON CONFLICT (store_id) DO UPDATE SET drawn = counter.drawn + excluded.drawn
        RETURNING counter.store_id, counter.drawn
    )
    SELECT store.id, upper(store.code) || '-' || lpad(n::text, greatest(8, length(n::text)), '0')
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    JOIN counted ON counted.store_id = needed.store_id
    JOIN inventory_store AS store ON store.id = needed.store_id
    CROSS JOIN LATERAL generate_series(counted.drawn - needed.count + 1, counted.drawn) AS n
    ORDER BY store.id, n
"""


def next_numbers(counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Store id -> as many numbers as asked for; never the same twice, and none is left out. Whoever sells in the same
    store meanwhile waits until this transaction ends, and gets its numbers if it rolls back. After a restore there are
    none, until a person says after which one the series goes on."""
    numbers: dict[int, list[str]] = {store_id: [] for store_id in counts}
    if counts:
        rows = _next(counts)
        if not rows:
            carry_on()
            rows = _next(counts)
        for store_id, number in rows:
            numbers[store_id].append(number)
    return numbers


def _next(counts: Mapping[int, int]) -> Sequence[Row]:
    needed = (list(counts), list(counts.values()))
    return cursor().execute(_NEXT, (*needed, *needed)).fetchall()
