"""What a batch needs of stock. Levels are locked here, and only here, in id order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import LiteralString
from uuid import UUID

from base.contention import Wait
from base.sql.sets import Cursor, Row, cursor, timed, waits
from inventory.core.levels import Level, LevelKey

_PRODUCTS = """
    SELECT product.store_id, product.sku, product.id, product.tracks_stock
    FROM unnest(%b::bigint[], %b::text[]) AS named (store_id, sku)
    JOIN inventory_product AS product USING (store_id, sku)
"""

_LEVELS = """
    SELECT id, product_id, location_id, on_hand, reserved FROM inventory_stocklevel
    WHERE product_id = ANY(%b) ORDER BY id
"""

# Orders were locked before, levels come last and in id order: one lock order, so that no two batches deadlock.
_LOCK_LEVELS = timed(f"{_LEVELS} FOR NO KEY UPDATE")

_HANDED_OVER = """
    SELECT movement.order_id, level.product_id, level.location_id, -sum(movement.quantity_change)::bigint
    FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = movement.level_id
    WHERE movement.order_id = ANY(%b) AND movement.kind IN ('outbound', 'return_in')
    GROUP BY movement.order_id, level.product_id, level.location_id
    HAVING sum(movement.quantity_change) <> 0
    ORDER BY min(movement.id)
"""


@dataclass(frozen=True, slots=True)
class Levels:
    """`by_product`: product id -> its levels; `ids`: the rows' ids; `lock_waits`: whose were waited for."""

    by_product: Mapping[int, Sequence[Level]]
    ids: Mapping[LevelKey, int]
    lock_waits: Sequence[Wait] = ()


def products(cursor: Cursor, named: Iterable[tuple[int, str]]) -> dict[int, dict[str, tuple[int, bool]]]:
    """`named`: (store id, SKU) pairs. Store id -> SKU -> (product id, tracks stock)."""
    if not (pairs := sorted(set(named))):
        return {}
    found: dict[int, dict[str, tuple[int, bool]]] = {}
    cursor.execute(_PRODUCTS, ([store_id for store_id, _ in pairs], [sku for _, sku in pairs]), prepare=True)
    for store_id, sku, product_id, tracks_stock in cursor:
        found.setdefault(store_id, {})[sku] = (product_id, tracks_stock)
    return found


def lock_levels(cursor: Cursor, product_ids: Iterable[int]) -> Levels:
    """Every level of the products. Waits for the rows at most `lock_timeout` (SQLSTATE 55P03)."""
    rows = _rows(cursor, _LOCK_LEVELS, product_ids)
    found = _levels(row[:-1] for row in rows)
    return replace(found, lock_waits=[Wait("product", str(row[1]), seconds) for row, seconds in waits(rows)])


def look_at_levels(cursor: Cursor, product_ids: Iterable[int]) -> Levels:
    """The same without a lock."""
    return _levels(_rows(cursor, _LEVELS, product_ids))


def _rows(cursor: Cursor, sql: LiteralString, product_ids: Iterable[int]) -> list[Row]:
    wanted = sorted(set(product_ids))
    return cursor.execute(sql, (wanted,), prepare=True).fetchall() if wanted else []


def _levels(rows: Iterable[Row]) -> Levels:
    by_product: dict[int, list[Level]] = {}
    ids: dict[LevelKey, int] = {}
    for id_, product_id, location_id, on_hand, reserved in rows:
        key = (product_id, location_id)
        by_product.setdefault(product_id, []).append(Level(key, on_hand, reserved))
        ids[key] = id_
    return Levels(by_product, ids)


def handed_over(order_ids: Collection[UUID]) -> dict[UUID, dict[LevelKey, int]]:
    """From which levels goods left, as the ledger tells: order id -> level -> what left it and has not come back.

    No statement where there are no orders.
    """
    left: dict[UUID, dict[LevelKey, int]] = {}
    if order_ids:
        for order_id, product_id, location_id, quantity in cursor().execute(_HANDED_OVER, (list(order_ids),)):
            left.setdefault(order_id, {})[product_id, location_id] = quantity
    return left
