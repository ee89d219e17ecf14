"""The pools of all stores at once, for whoever watches over them."""

from typing import Any

from django.db import transaction

from inventory.db.reads import dicts
from inventory.db.sets import cursor

# Every number is counted: to read the whole table is right here (see project.database).
_READ_WHOLE_TABLES = "SET LOCAL enable_seqscan = on"

_POOLS = """
    SELECT store.code AS store, coalesce(free, 0) AS free, coalesce(assigned, 0) AS assigned,
        coalesce(posted, 0) AS posted, coalesce(void, 0) AS void,
        (
            SELECT count(*) FROM orders_order AS "order" WHERE invoice_pending AND "order".store_id = store.id
        ) AS sales_without
    FROM inventory_store AS store
    LEFT JOIN (
        SELECT store_id, count(*) FILTER (WHERE state = 'free') AS free,
            count(*) FILTER (WHERE state = 'assigned') AS assigned,
            count(*) FILTER (WHERE state = 'posted') AS posted, count(*) FILTER (WHERE state = 'void') AS void
        FROM orders_invoicenumber GROUP BY store_id
    ) AS numbers ON numbers.store_id = store.id
    ORDER BY store.code
"""


def pools() -> list[dict[str, Any]]:
    """For each store: how many numbers are in each state, and how many sales wait for one."""
    with transaction.atomic():
        cursor().execute(_READ_WHOLE_TABLES)
        return dicts(_POOLS, ())
