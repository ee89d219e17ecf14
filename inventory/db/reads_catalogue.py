"""Products and locations as the outside sees them."""

from typing import Any

from inventory.db.reads import dicts

_PRODUCTS = """
    SELECT id, sku, name, nullif(gtin, '') AS gtin, price_minor, currency, tracks_stock FROM inventory_product
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
        AND (%(query)s::text IS NULL OR gtin = %(query)s
             OR (lpad(gtin, 14, '0') = lpad(%(query)s, 14, '0') AND gtin ~ '[1-9]' AND %(query)s ~ '^[0-9]{1,14}$')
             OR strpos(lower(sku), lower(%(query)s)) > 0 OR strpos(lower(name), lower(%(query)s)) > 0)
    ORDER BY id DESC LIMIT %(limit)s
"""

_LOCATIONS = """
    SELECT id, code, name, priority FROM inventory_location
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
    ORDER BY id DESC LIMIT %(limit)s
"""


def products_page(store_id: int, *, limit: int, before: int | None, query: str | None) -> list[dict[str, Any]]:
    """The newest first, from the one after `before`; `query`: a part of the SKU or the name, or a whole GTIN, with
    leading zeros or without."""
    return dicts(_PRODUCTS, {"store_id": store_id, "before": before, "query": query, "limit": limit})


def locations_page(store_id: int, *, limit: int, before: int | None) -> list[dict[str, Any]]:
    return dicts(_LOCATIONS, {"store_id": store_id, "before": before, "limit": limit})
