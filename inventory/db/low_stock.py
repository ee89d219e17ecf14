"""Levels at or below their reorder point: reported once, and again only after they had recovered."""

from collections.abc import Sequence
from datetime import datetime

from base.sql.sets import cursor

_REPORT = """
    INSERT INTO inventory_lowstock (store_id, level_id, available, reorder_point, reported_at, acknowledged_by)
    SELECT store_id, id, on_hand - reserved, reorder_point, %s, '' FROM inventory_stocklevel
    WHERE reorder_point IS NOT NULL AND on_hand - reserved <= reorder_point
    ON CONFLICT (level_id) WHERE recovered_at IS NULL DO NOTHING
    RETURNING level_id, available, reorder_point
"""

_RECOVERED = """
    UPDATE inventory_lowstock AS report SET recovered_at = %s
    FROM inventory_stocklevel AS level
    WHERE level.id = report.level_id AND report.recovered_at IS NULL
        AND (level.reorder_point IS NULL OR level.on_hand - level.reserved > level.reorder_point)
"""

_NAMED = """
    SELECT level.id, product.sku, location.code FROM inventory_stocklevel AS level
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE level.id = ANY(%s)
"""


def close_recovered(*, now: datetime) -> int:
    return cursor().execute(_RECOVERED, (now,)).rowcount


def report_low(*, now: datetime) -> Sequence[tuple[str, str, int, int]]:
    """(SKU, location, available, reorder point) of each level that is low and was not reported yet."""
    low = {level_id: (available, point) for level_id, available, point in cursor().execute(_REPORT, (now,))}
    named = cursor().execute(_NAMED, (list(low),)).fetchall() if low else []
    return [(sku, location, *low[level_id]) for level_id, sku, location in named]
