"""The shop's own invoice numbers: STORE-00000001, one sequence for all stores. They grow where eight digits end."""

from collections.abc import Mapping

from inventory.db.sets import cursor

_NEXT = """
    SELECT store.id, upper(store.code) || '-' || lpad(drawn.digits, greatest(8, length(drawn.digits)), '0')
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    JOIN inventory_store AS store ON store.id = needed.store_id
    CROSS JOIN LATERAL (
        SELECT nextval('orders_invoice_seq')::text AS digits FROM generate_series(1, needed.count)
    ) AS drawn
"""


def next_numbers(counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Store id -> as many numbers as asked for; never the same twice."""
    numbers: dict[int, list[str]] = {store_id: [] for store_id in counts}
    if counts:
        for store_id, number in cursor().execute(_NEXT, (list(counts), list(counts.values()))):
            numbers[store_id].append(number)
    return numbers
