"""From which levels the goods of an order left, as the ledger tells."""

from collections.abc import Collection
from uuid import UUID

from base.sql.sets import cursor
from inventory.core.levels import LevelKey

_HANDED_OVER = """
    SELECT movement.order_id, level.product_id, level.location_id, -sum(movement.quantity_change)::bigint
    FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = movement.level_id
    WHERE movement.order_id = ANY(%b) AND movement.kind IN ('outbound', 'return_in')
    GROUP BY movement.order_id, level.product_id, level.location_id
    HAVING sum(movement.quantity_change) <> 0
    ORDER BY min(movement.id)
"""


def handed_over(order_ids: Collection[UUID]) -> dict[UUID, dict[LevelKey, int]]:
    """Order id -> level -> what left it and has not come back. No statement where there are no orders."""
    left: dict[UUID, dict[LevelKey, int]] = {}
    if order_ids:
        for order_id, product_id, location_id, quantity in cursor().execute(_HANDED_OVER, (list(order_ids),)):
            left.setdefault(order_id, {})[product_id, location_id] = quantity
    return left
