"""The stock ledger as the outside sees it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.db.reads import dicts

_PAGE = """
    SELECT movement.id, product.sku, location.code AS location, movement.kind, movement.quantity_change,
        movement.reserved_change, movement.quantity_after, movement.reserved_after,
        nullif(movement.reference, '') AS reference, nullif(movement.reason, '') AS reason, movement.order_id,
        "order".number AS order_number, movement.command_id, movement.created_by, movement.created_at
    FROM inventory_stockmovement AS movement
    JOIN inventory_stocklevel AS level ON level.id = movement.level_id
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    LEFT JOIN orders_order AS "order" ON "order".id = movement.order_id
    WHERE movement.store_id = %(store_id)s
        AND (%(sku)s::text IS NULL OR product.sku = %(sku)s)
        AND (%(order)s::uuid IS NULL OR movement.order_id = %(order)s)
        AND (%(kind)s::text IS NULL OR movement.kind = %(kind)s)
        AND (%(location)s::text IS NULL OR location.code = %(location)s)
        AND (%(since)s::timestamptz IS NULL OR movement.created_at >= %(since)s)
        AND (%(before)s::bigint IS NULL OR movement.id < %(before)s)
    ORDER BY movement.id DESC LIMIT %(limit)s
"""


def movements_page(
    store_id: int,
    *,
    limit: int,
    before: int | None = None,
    sku: str | None = None,
    order: UUID | None = None,
    kind: str | None = None,
    location: str | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """The newest movements first, from the one after `before`, an id."""
    page = {
        "store_id": store_id,
        "sku": sku,
        "order": order,
        "kind": kind,
        "location": location,
        "since": since,
        "before": before,
        "limit": limit,
    }
    return dicts(_PAGE, page)
