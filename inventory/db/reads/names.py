"""Products and locations by the names that the outside uses."""

from collections.abc import Collection
from typing import NamedTuple

from base.sql.sets import cursor

_BY_SKU = """
SELECT id, sku, name, price_minor, currency, tracks_stock
FROM inventory_product WHERE store_id = %s AND sku = ANY(%b)
"""

_LOCATION_CODES = "SELECT code FROM inventory_location WHERE store_id = %s ORDER BY priority, id"


class ProductRow(NamedTuple):
    id: int
    sku: str
    name: str
    price_minor: int
    currency: str
    tracks_stock: bool


def products_by_sku(store_id: int, skus: Collection[str]) -> dict[str, ProductRow]:
    """The store's products among `skus`; those it does not have are missing."""
    return {row[1]: ProductRow(*row) for row in cursor().execute(_BY_SKU, (store_id, list(skus)))}


def location_codes(store_id: int) -> list[str]:
    """The one first that is picked from first."""
    return [code for (code,) in cursor().execute(_LOCATION_CODES, (store_id,))]
