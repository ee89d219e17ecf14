"""Reports of low stock as the outside sees them, and their acknowledgement."""

from typing import Any

from base.sql.sets import cursor, dicts, first

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
    return dicts(
        statement(acknowledged=acknowledged, recovered=recovered),
        {"store_id": store_id, "limit": limit, "before": before},
    )


def statement(*, acknowledged: bool | None, recovered: bool) -> str:
    """Of each filter its own text, so that the plan, which is made once for all values, has its index."""
    seen = "" if acknowledged is None else f"AND report.acknowledged_at IS {'NOT ' if acknowledged else ''}NULL"
    return f"""{_REPORTS}
        AND report.recovered_at IS {"NOT " if recovered else ""}NULL {seen}
        AND report.id < coalesce(%(before)s::bigint, 9223372036854775807)
        ORDER BY report.id DESC LIMIT %(limit)s
    """


def acknowledge(store_id: int, report_id: int, *, by: str) -> dict[str, Any] | None:
    """The report, acknowledged; None where the store has no such report."""
    asked = {"store_id": store_id, "id": report_id, "by": by}
    cursor().execute(_ACKNOWLEDGE, asked)
    return first(_BY_ID, asked)
