"""When each store sold last."""

from datetime import datetime

from base.sql.scope import Scope, named
from base.sql.sets import cursor

# The newest of the last day with a sale: two looks into one index a store.
_LAST = """
    SELECT store.id, (
        SELECT paid_at FROM orders_order
        WHERE store_id = store.id AND business_day = (
            SELECT max(business_day) FROM orders_order WHERE store_id = store.id AND business_day IS NOT NULL
        )
        ORDER BY created_at DESC, id DESC LIMIT 1
    )
    FROM inventory_store AS store {where}
"""


def last_sales(stores: Scope) -> dict[int, datetime | None]:
    """Store id -> when the newest order that is paid was."""
    where = "" if stores is None else "WHERE store.id = ANY(%(stores)s)"
    return dict(cursor().execute(_LAST.format(where=where), named(stores)).fetchall())
