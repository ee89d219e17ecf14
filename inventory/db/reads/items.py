"""Products with their stock as the outside sees it."""

from collections.abc import Collection
from typing import Any

from base.sql.sets import cursor, dicts
from inventory.db.lapsed import LAPSED

_COLUMNS = "id, sku, name, nullif(gtin, '') AS gtin, tracks_stock"

_PAGE = f"""
    SELECT {_COLUMNS} FROM inventory_product
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
    ORDER BY id DESC LIMIT %(limit)s
"""

_BY_SKU = f"SELECT {_COLUMNS} FROM inventory_product WHERE store_id = %s AND sku = %s"

_LEVELS = f"""
    SELECT level.product_id, location.code AS location, level.on_hand, level.reserved - lapsed.quantity AS reserved,
        level.on_hand - level.reserved + lapsed.quantity AS available, level.reorder_point,
        coalesce(level.on_hand - level.reserved + lapsed.quantity <= level.reorder_point, false) AS needs_reorder
    FROM inventory_stocklevel AS level JOIN inventory_location AS location ON location.id = level.location_id
    CROSS JOIN {LAPSED.format(now="now()")} AS lapsed
    WHERE level.product_id = ANY(%b) ORDER BY location.priority, location.id
"""

_AVAILABLE = f"""
    SELECT product.sku, product.tracks_stock,
        coalesce(sum(level.on_hand - level.reserved + lapsed.quantity), 0)::bigint
    FROM inventory_product AS product LEFT JOIN inventory_stocklevel AS level ON level.product_id = product.id
    CROSS JOIN {LAPSED.format(now="now()")} AS lapsed
    WHERE product.store_id = %s AND product.sku = ANY(%b) GROUP BY product.id
"""


def items_page(store_id: int, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """The newest products first, from the one after `before`; each with its row's `id`."""
    return _with_levels(dicts(_PAGE, {"store_id": store_id, "before": before, "limit": limit}))


def item_by_sku(store_id: int, sku: str) -> dict[str, Any] | None:
    return next(iter(_with_levels(dicts(_BY_SKU, (store_id, sku)))), None)


def available_by_sku(store_id: int, skus: Collection[str]) -> dict[str, int | None]:
    """What the store's products among `skus` have available; None for those that do not track stock."""
    rows = cursor().execute(_AVAILABLE, (store_id, list(skus)))
    return {sku: available if tracks_stock else None for sku, tracks_stock, available in rows}


def _with_levels(products: list[dict[str, Any]]) -> list[dict[str, Any]]:
    levels: dict[int, list[dict[str, Any]]] = {product["id"]: [] for product in products}
    for level in dicts(_LEVELS, (list(levels),)):
        levels[level.pop("product_id")].append(level)
    return [_item(product, levels[product["id"]]) for product in products]


def _item(product: dict[str, Any], levels: list[dict[str, Any]]) -> dict[str, Any]:
    sums = {name: sum(level[name] for level in levels) for name in ("on_hand", "reserved", "available")}
    return {**product, **sums, "needs_reorder": any(level["needs_reorder"] for level in levels), "levels": levels}
