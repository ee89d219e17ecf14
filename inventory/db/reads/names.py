"""Products and locations by the names that the outside uses."""

from collections.abc import Collection

from base.sql.sets import cursor
from inventory.core.price_list import ListedProduct

_BY_SKU = """
SELECT id, sku, name, price_minor, currency, tracks_stock, tax_code, unit, quantity_decimals
FROM inventory_product WHERE store_id = %s AND sku = ANY(%b)
"""

_LOCATION_CODES = "SELECT code FROM inventory_location WHERE store_id = %s ORDER BY priority, id"


def products_by_sku(store_id: int, skus: Collection[str]) -> dict[str, ListedProduct]:
    """The store's products among `skus`; those it does not have are missing."""
    return {row[1]: ListedProduct(*row) for row in cursor().execute(_BY_SKU, (store_id, list(skus)))}


def location_codes(store_id: int) -> list[str]:
    """The one first that is picked from first."""
    return [code for (code,) in cursor().execute(_LOCATION_CODES, (store_id,))]
