"""What people call the rows that transactions waited for."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from base.contention import Wait
from base.sql.sets import cursor

_NAMES = """
    SELECT 'product', product.id::text, sku, store_id, code
    FROM inventory_product AS product JOIN inventory_store AS store ON store.id = store_id
    WHERE product.id = ANY(%(products)b)
    UNION ALL
    SELECT 'order', orders_order.id::text, number::text, store_id, code
    FROM orders_order JOIN inventory_store AS store ON store.id = store_id WHERE orders_order.id = ANY(%(orders)b)
    UNION ALL
    SELECT 'store', id::text, code, id, code FROM inventory_store WHERE id = ANY(%(stores)b)
"""


class Named(NamedTuple):
    """`name`: a product's SKU, an order's number, a store's code; the store it is of."""

    name: str
    store_id: int
    store: str


def named(waits: Sequence[Wait]) -> dict[tuple[str, str], Named]:
    """By what it is and its id; what is no more is missing. One statement, none where nobody waited."""
    if not waits:
        return {}
    asked = {
        "products": [int(one.id) for one in waits if one.of == "product"],
        "orders": [UUID(one.id) for one in waits if one.of == "order"],
        "stores": [int(one.id) for one in waits if one.of == "store"],
    }
    return {(of, id_): Named(*what) for of, id_, *what in cursor().execute(_NAMES, asked)}
