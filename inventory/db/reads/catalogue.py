"""Products and locations as the outside sees them."""

from collections.abc import Collection
from typing import Any

from base.sql.sets import dicts, planning_cursor

_COLUMNS = """
    id, sku, name, nullif(gtin, '') AS gtin, price_minor, currency, tracks_stock, tax_code, unit, quantity_decimals
"""
_PAGE = """
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807){found}
    ORDER BY id DESC LIMIT %(limit)s
"""
_PRODUCTS = f"SELECT {_COLUMNS} FROM inventory_product {_PAGE.format(found='')}"

# Each half has its index; a word of one or two characters is looked for in all of the store's products. What stands for
# anything in a pattern stands for itself here.
_FOUND = r"""
    AND (search LIKE '%%' || regexp_replace(ringup_folded(%(query)s), '([\\%%_])', '\\\1', 'g') || '%%'
         OR (lpad(gtin, 14, '0') = lpad(ringup_folded(%(query)s), 14, '0') AND gtin ~ '[1-9]'
             AND ringup_folded(%(query)s) ~ '^[0-9]{1,14}$'))
"""
_PRODUCTS_FOUND = f"SELECT {_COLUMNS} FROM inventory_product {_PAGE.format(found=_FOUND)}"

_PRODUCTS_BY_ID = f"SELECT {_COLUMNS} FROM inventory_product WHERE id = ANY(%b) AND store_id = %s"
_LOCATIONS_BY_ID = "SELECT id, code, name, priority FROM inventory_location WHERE id = ANY(%b) AND store_id = %s"

_LOCATIONS = """
    SELECT id, code, name, priority FROM inventory_location
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
    ORDER BY id DESC LIMIT %(limit)s
"""


def products_page(store_id: int, *, limit: int, before: int | None, query: str | None) -> list[dict[str, Any]]:
    """The newest first, from the one after `before`; `query`: a part of the SKU or the name, or a whole GTIN, with
    leading zeros or without. Folded are case, accents and width, on both sides alike."""
    asked = {"store_id": store_id, "before": before, "limit": limit}
    if query is None:
        return dicts(_PRODUCTS, asked)
    return dicts(_PRODUCTS_FOUND, {**asked, "query": query}, by=planning_cursor)


def locations_page(store_id: int, *, limit: int, before: int | None) -> list[dict[str, Any]]:
    return dicts(_LOCATIONS, {"store_id": store_id, "before": before, "limit": limit})


def products_by_id(store_id: int, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    return {row.pop("id"): row for row in dicts(_PRODUCTS_BY_ID, (list(ids), store_id))}


def locations_by_id(store_id: int, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    return {row.pop("id"): row for row in dicts(_LOCATIONS_BY_ID, (list(ids), store_id))}
