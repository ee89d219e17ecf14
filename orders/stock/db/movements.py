"""The stock ledger as the outside sees it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from base.sql.sets import dicts
from inventory.core.movements import MovementKind

CLOCKS_APART = timedelta(minutes=1)
"""Movements follow each other by their ids; their instants, of several workers' clocks, nearly so."""

_COLUMNS = """
    movement.id, product.sku, location.code AS location, movement.kind, movement.quantity_change,
    movement.reserved_change, movement.quantity_after, movement.reserved_after,
    nullif(movement.reference, '') AS reference, nullif(movement.reason, '') AS reason, movement.order_id,
    "order".number AS order_number, movement.command_id, movement.created_by, movement.created_at
"""

_JOINED = """
    JOIN inventory_stocklevel AS level ON level.id = movement.level_id
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    LEFT JOIN orders_order AS "order" ON "order".id = movement.order_id
"""

# The page of each ledger, then of them together: each is read from its own end.
_LEDGERS = {
    "of locations": """
        inventory_location AS location CROSS JOIN LATERAL (SELECT location.id) AS ledger
        JOIN LATERAL ({page}) AS movement ON true
        WHERE location.store_id = %(store_id)s {chosen}
    """,
    "of a product": """
        inventory_product AS product JOIN inventory_stocklevel AS ledger ON ledger.product_id = product.id
        JOIN inventory_location AS location ON location.id = ledger.location_id
        JOIN LATERAL ({page}) AS movement ON true
        WHERE product.store_id = %(store_id)s AND product.sku = %(sku)s {chosen}
    """,
}

_NEWEST = "ORDER BY id DESC LIMIT %(limit)s"


def movements_page(
    store_id: int,
    *,
    limit: int,
    before: int | None = None,
    sku: str | None = None,
    order: UUID | None = None,
    kind: str | None = None,
    location: str | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """The newest movements first, from the one after `before`, an id."""
    asked = {"store_id": store_id, "sku": sku, "order": order, "kind": kind, "location": location}
    found: list[dict[str, Any]] = []
    while True:
        page = {name: value for name, value in {**asked, "before": before}.items() if value is not None}
        rows = dicts(statement(page), {**page, "limit": limit})
        found += [row for row in rows if since is None or row["created_at"] >= since]
        if len(found) >= limit or len(rows) < limit or (since and rows[-1]["created_at"] < since - CLOCKS_APART):
            return found[:limit]
        before = rows[-1]["id"]


def movements_by_id(store_id: int, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in dicts(_BY_ID, (list(ids), store_id))}


def statement(given: Mapping[str, Any]) -> str:
    """Of each filter its own text, so that the plan, which is made once for all values, has its index."""
    by = " AND kind = %(kind)s" if "kind" in given else ""
    by += " AND kind <> 'outbound'" if given.get("kind", MovementKind.OUTBOUND) != MovementKind.OUTBOUND else ""
    by += " AND id < %(before)s" if "before" in given else ""
    if "order" in given:
        return _of_order(given, by)
    ledger, key = ("of a product", "level_id") if "sku" in given else ("of locations", "location_id")
    page = f"SELECT * FROM inventory_stockmovement WHERE {key} = ledger.id{by} {_NEWEST}"
    chosen = "AND location.code = %(location)s" if "location" in given else ""
    ledgers = _LEDGERS[ledger].format(page=page, chosen=chosen)
    return _shown(f"SELECT movement.* FROM {ledgers} ORDER BY movement.id DESC LIMIT %(limit)s")


def _of_order(given: Mapping[str, Any], by: str) -> str:
    """An order has few: they are looked through."""
    filters = {"sku": "product.sku = %(sku)s", "location": "location.code = %(location)s"}
    chosen = "".join(f" AND {text}" for name, text in filters.items() if name in given)
    page = f"SELECT * FROM inventory_stockmovement WHERE order_id = %(order)s AND store_id = %(store_id)s{by}"
    return f"{_shown(page, ordered=False)} WHERE true{chosen} ORDER BY movement.id DESC LIMIT %(limit)s"


def _shown(page: str, *, ordered: bool = True) -> str:
    order = " ORDER BY movement.id DESC" if ordered else ""
    return f"SELECT {_COLUMNS} FROM ({page}) AS movement {_JOINED}{order}"


_BY_ID = _shown("SELECT * FROM inventory_stockmovement WHERE id = ANY(%b) AND store_id = %s", ordered=False)
