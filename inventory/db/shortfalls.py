"""Goods that were sold though no figure knew of them: each has to be counted, and the next count ends it."""

from typing import Any

from base.sql.sets import cursor, dicts, first

_REPORTS = """
    SELECT shortfall.id, product.sku, product.name, location.code AS location, shortfall.quantity, shortfall.order_id,
        shortfall.command_id, shortfall.reported_at, shortfall.acknowledged_at,
        nullif(shortfall.acknowledged_by, '') AS acknowledged_by, shortfall.counted_at
    FROM inventory_shortfall AS shortfall
    JOIN inventory_stocklevel AS level ON level.id = shortfall.level_id
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE shortfall.store_id = %(store_id)s
"""

_BY_ID = f"{_REPORTS} AND shortfall.id = %(id)s"

# Who was first stays.
_ACKNOWLEDGE = """
    UPDATE inventory_shortfall SET acknowledged_at = now(), acknowledged_by = %(by)s
    WHERE id = %(id)s AND store_id = %(store_id)s AND acknowledged_at IS NULL
"""


def shortfalls_page(
    store_id: int, *, limit: int, before: int | None, acknowledged: bool | None, counted: bool
) -> list[dict[str, Any]]:
    """The newest first, from the one after `before`."""
    page = {"store_id": store_id, "limit": limit, "before": before}
    return dicts(statement(acknowledged=acknowledged, counted=counted), page)


def statement(*, acknowledged: bool | None, counted: bool) -> str:
    """Of each filter its own text, so that the plan, which is made once for all values, has its index."""
    seen = "" if acknowledged is None else f"AND shortfall.acknowledged_at IS {'NOT ' if acknowledged else ''}NULL"
    return f"""{_REPORTS}
        AND shortfall.counted_at IS {"NOT " if counted else ""}NULL {seen}
        AND shortfall.id < coalesce(%(before)s::bigint, 9223372036854775807)
        ORDER BY shortfall.id DESC LIMIT %(limit)s
    """


def acknowledge(store_id: int, shortfall_id: int, *, by: str) -> dict[str, Any] | None:
    """The shortfall, acknowledged; None where the store has no such one."""
    asked = {"store_id": store_id, "id": shortfall_id, "by": by}
    cursor().execute(_ACKNOWLEDGE, asked)
    return first(_BY_ID, asked)
