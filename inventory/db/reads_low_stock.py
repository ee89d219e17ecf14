"""Reports of low stock as the outside sees them, and their acknowledgement."""

from typing import Any

from inventory.db.reads import dicts, first
from inventory.db.sets import cursor

_REPORTS = """
    SELECT report.id, product.sku, product.name, location.code AS location, report.available, report.reorder_point,
        report.reported_at, report.acknowledged_at, nullif(report.acknowledged_by, '') AS acknowledged_by,
        report.recovered_at
    FROM inventory_lowstock AS report
    JOIN inventory_stocklevel AS level ON level.id = report.level_id
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE report.store_id = %(store_id)s
"""

_PAGE = f"""{_REPORTS}
        AND (report.recovered_at IS NOT NULL) = %(recovered)s
        AND (%(acknowledged)s::bool IS NULL OR (report.acknowledged_at IS NOT NULL) = %(acknowledged)s)
        AND (%(before)s::bigint IS NULL OR report.id < %(before)s)
    ORDER BY report.id DESC LIMIT %(limit)s
"""

_BY_ID = f"{_REPORTS} AND report.id = %(id)s"

# Who was first stays.
_ACKNOWLEDGE = """
    UPDATE inventory_lowstock SET acknowledged_at = now(), acknowledged_by = %(by)s
    WHERE id = %(id)s AND store_id = %(store_id)s AND acknowledged_at IS NULL
"""


def low_stock_page(
    store_id: int, *, limit: int, before: int | None, acknowledged: bool | None, recovered: bool
) -> list[dict[str, Any]]:
    """The newest first, from the one after `before`."""
    page = {
        "store_id": store_id,
        "limit": limit,
        "before": before,
        "acknowledged": acknowledged,
        "recovered": recovered,
    }
    return dicts(_PAGE, page)


def acknowledge(store_id: int, report_id: int, *, by: str) -> dict[str, Any] | None:
    """The report, acknowledged; None where the store has no such report."""
    asked = {"store_id": store_id, "id": report_id, "by": by}
    cursor().execute(_ACKNOWLEDGE, asked)
    return first(_BY_ID, asked)
