"""Products and locations as the back office writes them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic_core import to_json

from inventory.db.again import again
from inventory.db.sets import cursor

# Rows in SKU order, so that two imports lock them in one order. A row that stays as it is is not written.
_PUT_PRODUCTS = """
    INSERT INTO inventory_product AS product
        (store_id, sku, gtin, name, price_minor, currency, tracks_stock, created_at, updated_at)
    SELECT %(store_id)s, given.*, now(), now()
    FROM json_to_recordset(%(products)s::json) AS given
        (sku text, gtin text, name text, price_minor bigint, currency text, tracks_stock bool)
    ORDER BY given.sku
    ON CONFLICT (store_id, sku) DO UPDATE SET
        gtin = excluded.gtin, name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
        tracks_stock = excluded.tracks_stock, updated_at = now()
    WHERE (product.gtin, product.name, product.price_minor, product.currency, product.tracks_stock)
        IS DISTINCT FROM
        (excluded.gtin, excluded.name, excluded.price_minor, excluded.currency, excluded.tracks_stock)
    RETURNING sku, xmax = 0
"""

_PUT_LOCATION = """
    INSERT INTO inventory_location (store_id, code, name, priority) VALUES (%s, %s, %s, %s)
    ON CONFLICT (store_id, code) DO UPDATE SET name = excluded.name, priority = excluded.priority
    RETURNING xmax = 0
"""


class NewProduct(NamedTuple):
    sku: str
    gtin: str
    name: str
    price_minor: int
    currency: str
    tracks_stock: bool


@again
def put_products(store_id: int, products: Iterable[NewProduct]) -> dict[str, bool]:
    """Make the products or change them; each SKU comes once. SKU -> whether it was made; without those that stayed."""
    rows: list[dict[str, Any]] = [product._asdict() for product in products]
    return dict(cursor().execute(_PUT_PRODUCTS, {"store_id": store_id, "products": to_json(rows).decode()}).fetchall())


@again
def put_location(store_id: int, *, code: str, name: str, priority: int) -> bool:
    """Make the location or change it; whether it was made."""
    row = cursor().execute(_PUT_LOCATION, (store_id, code, name, priority)).fetchone()
    assert row, "an upsert answers"
    return bool(row[0])
