"""Stores, and whether they have anything to sell."""

from collections.abc import Sequence
from typing import NamedTuple

from base.sql.scope import Scope, named
from base.sql.sets import cursor

_STORES = """
    SELECT id, code, time_zone, locale, currency, require_drawer,
        EXISTS (SELECT FROM inventory_product WHERE store_id = store.id)
    FROM inventory_store AS store WHERE %(stores)s::bigint[] IS NULL OR id = ANY(%(stores)s) ORDER BY code
"""

_LEFT = "SELECT id FROM inventory_store WHERE left_at IS NOT NULL"
_HERE = """
    SELECT id FROM inventory_store
    WHERE left_at IS NULL AND (%(stores)s::bigint[] IS NULL OR id = ANY(%(stores)s)) ORDER BY id
"""


class StoreRow(NamedTuple):
    id: int
    code: str
    time_zone: str
    locale: str
    currency: str
    require_drawer: bool
    has_products: bool


def stores(seen: Scope) -> Sequence[StoreRow]:
    return [StoreRow(*row) for row in cursor().execute(_STORES, named(seen))]


def here(seen: Scope) -> Scope:
    """Without those that have left for another stack, where each row of theirs stands for ever as it was then."""
    if not cursor().execute(_LEFT).fetchone():
        return seen
    return [id_ for (id_,) in cursor().execute(_HERE, named(seen))]
