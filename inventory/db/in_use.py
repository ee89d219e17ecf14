"""Products that stay as they are counted: somebody was promised some of them, or has some."""

from collections.abc import Collection

from base.sql.sets import cursor
from inventory.db.promised import promised

_IN_USE = f"""
    SELECT product.sku, coalesce(held.quantity, 0)::bigint, coalesce(awaited.quantity, 0)::bigint
    FROM inventory_product AS product
    LEFT JOIN LATERAL (
        SELECT sum(hold.quantity) AS quantity FROM inventory_stocklevel AS level
        JOIN inventory_hold AS hold ON hold.level_id = level.id WHERE level.product_id = product.id
    ) AS held ON true
    LEFT JOIN LATERAL ({promised().awaited}) AS awaited (quantity) ON true
    WHERE product.store_id = %s AND product.sku = ANY(%b) AND product.tracks_stock
        AND (held.quantity > 0 OR awaited.quantity > 0)
"""


# A movement or a hold is found by its level; only what has neither is looked for among the lines of orders.
_COUNTED = f"""
    SELECT product.sku FROM inventory_product AS product
    WHERE product.store_id = %s AND product.sku = ANY(%b) AND (
        EXISTS (
            SELECT FROM inventory_stocklevel AS level WHERE level.product_id = product.id AND (
                EXISTS (SELECT FROM inventory_stockmovement WHERE level_id = level.id)
                OR EXISTS (SELECT FROM inventory_hold WHERE level_id = level.id)
            )
        )
        OR {promised().is_ordered}
    )
"""


def in_use(store_id: int, skus: Collection[str]) -> dict[str, str]:
    """SKU -> why it goes on being counted, of those that do."""
    if not skus:
        return {}
    rows = cursor().execute(_IN_USE, (store_id, list(skus)))
    return {
        sku: f"{sku} is in use: {held} held, {awaited} waited for. Ship, release or cancel those first."
        for sku, held, awaited in rows
    }


def counted(store_id: int, skus: Collection[str]) -> set[str]:
    """Of these SKUs of a store, those that have a line, a hold or a movement."""
    if not skus:
        return set()
    return {sku for (sku,) in cursor().execute(_COUNTED, (store_id, list(skus)))}
