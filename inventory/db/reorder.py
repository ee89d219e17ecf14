"""The point at which a level is reordered."""

from base.sql.retry_transient import again
from base.sql.sets import cursor

# The store's first location by priority where none is named.
_LOCATION = """
    SELECT id FROM inventory_location WHERE store_id = %s AND code = coalesce(%s::text, code)
    ORDER BY priority, id LIMIT 1
"""

_SET = """
    INSERT INTO inventory_stocklevel (store_id, product_id, location_id, on_hand, reserved, reorder_point)
    VALUES (%s, %s, %s, 0, 0, %s)
    ON CONFLICT (product_id, location_id) DO UPDATE SET reorder_point = excluded.reorder_point
    RETURNING xmax = 0
"""

_CLEAR = "UPDATE inventory_stocklevel SET reorder_point = NULL WHERE product_id = %s AND location_id = %s"


def location_id(store_id: int, code: str | None) -> int | None:
    row = cursor().execute(_LOCATION, (store_id, code)).fetchone()
    return row[0] if row else None


@again
def set_reorder_point(store_id: int, *, product_id: int, location_id: int, reorder_point: int | None) -> bool:
    """Set or clear it; whether a level was made for it, of which there is nothing yet."""
    if reorder_point is None:
        cursor().execute(_CLEAR, (product_id, location_id))
        return False
    row = cursor().execute(_SET, (store_id, product_id, location_id, reorder_point)).fetchone()
    assert row, "an upsert answers"
    return bool(row[0])
