"""Who holds what of a product, whoever may have it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from base.sql.sets import cursor
from inventory.db.lapsed import HAS_LAPSED

_HELD = f"""
    SELECT hold.order_id, "order".number, hold.reference, location.code, hold.quantity, hold.expires_at,
        {HAS_LAPSED.format(now="now()")} IS TRUE
    FROM inventory_stocklevel AS level
    JOIN inventory_hold AS hold ON hold.level_id = level.id
    JOIN inventory_location AS location ON location.id = level.location_id
    LEFT JOIN orders_order AS "order" ON "order".id = hold.order_id
    WHERE level.product_id = %s ORDER BY hold.created_at, hold.id LIMIT %s
"""

_LAPSED = f"""
    SELECT coalesce(sum(hold.quantity), 0)::bigint
    FROM inventory_stocklevel AS level JOIN inventory_hold AS hold ON hold.level_id = level.id
    WHERE level.product_id = %s AND {HAS_LAPSED.format(now="now()")}
"""


class Held(NamedTuple):
    """By an order, or under a reference. `has_lapsed`: whoever asks for it gets it."""

    order_id: UUID | None
    order_number: int | None
    reference: str
    location: str
    quantity: int
    until: datetime | None
    has_lapsed: bool


def held(product_id: int, *, limit: int) -> list[Held]:
    """The longest held first."""
    return [Held(*row) for row in cursor().execute(_HELD, (product_id, limit))]


def lapsed(product_id: int) -> int:
    """How much of it is held, and not any more."""
    row = cursor().execute(_LAPSED, (product_id,)).fetchone()
    assert row is not None
    quantity: int = row[0]
    return quantity
