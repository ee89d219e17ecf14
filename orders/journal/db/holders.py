"""Whose holds the decisions of a batch depend on, and who of them is not in the batch."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.errors import SerializationFailure

from base.sql.sets import cursor
from inventory.db.lapsed import HAS_LAPSED, IS_KEPT
from orders.journal.core.batch import Asked, Batch, Holders

_KEPT_ORDERS = f"SELECT id FROM unnest(%b::uuid[]) AS given (id) WHERE {IS_KEPT.format(order_id='given.id')}"

_UNKNOWN = """
    (hold.order_id IS NOT NULL AND hold.order_id <> ALL(%(orders)b) OR hold.order_id IS NULL AND NOT EXISTS (
        SELECT FROM unnest(%(stores)b::bigint[], %(references)b::text[]) AS known (store_id, reference)
        WHERE known.store_id = hold.store_id AND known.reference = hold.reference
    ))
"""

# Whoever has lost to time what is lacking; and of what has to give way the newest, newer than those that would instead.
_FURTHER = f"""
    SELECT hold.order_id, hold.store_id, hold.reference
    FROM inventory_stocklevel AS level JOIN inventory_hold AS hold ON hold.level_id = level.id
    WHERE level.product_id = ANY(%(lacked)b) AND {HAS_LAPSED.format(now="%(now)s")} AND {_UNKNOWN}
    UNION
    SELECT hold.order_id, hold.store_id, hold.reference
    FROM unnest(%(products)b::bigint[], %(locations)b::bigint[], %(quantities)b::bigint[], %(oldest)b::uuid[])
        AS asked (product_id, location_id, quantity, oldest)
    JOIN inventory_stocklevel AS level USING (product_id, location_id)
    CROSS JOIN LATERAL (
        SELECT order_id, store_id, reference, sum(quantity) OVER (ORDER BY id DESC) - quantity AS newer
        FROM inventory_hold AS hold
        WHERE level_id = level.id AND (asked.oldest IS NULL OR id > asked.oldest) AND {_UNKNOWN}
    ) AS hold
    WHERE hold.newer < asked.quantity
"""


_LEVELS = "SELECT count(*) FROM inventory_stocklevel WHERE product_id = ANY(%b)"


def further(asked: Asked, batch: Batch, *, now: datetime) -> Holders:
    """Who has to be in the batch as well before its decisions stand. For a transaction that has locked the levels.

    Errors: a level of what is lacking came in between (40001). Whoever waits for a lock gets the row as it is by then,
    but no row that its holder has made meanwhile: what was moved to a new level would be seen at neither place.
    """
    known_levels = sum(len(batch.levels.get(product_id, ())) for product_id in asked.lacked)
    if asked.lacked and cursor().execute(_LEVELS, (list(asked.lacked),)).fetchone() != (known_levels,):
        raise SerializationFailure("a level of what is lacking came in between")
    known = [(store_id, name) for store_id, of_store in batch.references.items() for name in of_store]
    newest = list(asked.newest.values())
    params = {
        "lacked": list(asked.lacked),
        "now": now,
        "orders": list(batch.orders),
        "stores": [store_id for store_id, _ in known],
        "references": [name for _, name in known],
        "products": [product_id for product_id, _ in asked.newest],
        "locations": [location_id for _, location_id in asked.newest],
        "quantities": [one.quantity for one in newest],
        "oldest": [one.oldest if one.enough else None for one in newest],
    }
    rows = cursor().execute(_FURTHER, params).fetchall()
    return Holders(
        orders=frozenset(order_id for order_id, _, _ in rows if order_id),
        references=frozenset((store_id, name) for order_id, store_id, name in rows if not order_id),
    )


def kept(order_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the orders whose holds may not lapse now, however old they are."""
    return frozenset(id_ for (id_,) in cursor().execute(_KEPT_ORDERS, (list(order_ids),)))
