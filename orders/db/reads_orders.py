"""Orders as the outside sees them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.db.reads import dicts
from inventory.db.sets import cursor

_COLUMNS = """
    "order".id, "order".number, "order".status, "order".payment_status, "order".fulfilment, "order".payment_terms,
    "order".currency, "order".total_minor, "order".paid_minor, "order".refunded_minor,
    invoice.number AS invoice_number, "order".invoice_pending, nullif("order".reference, '') AS reference,
    "order".created_at, "order".sold_at, "order".paid_at, "order".archived_at
"""
_FROM = 'FROM orders_order AS "order" LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = "order".id'

_BY_ID = f'SELECT {_COLUMNS} {_FROM} WHERE "order".id = ANY(%b) AND "order".store_id = %s'

# One page more than asked for tells whether there is a next one.
_PAGE = f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE "order".store_id = %(store_id)s
        AND ("order".archived_at IS NOT NULL) = %(archived)s
        AND (%(status)s::text IS NULL OR "order".status = %(status)s)
        AND (%(payment_status)s::text IS NULL OR "order".payment_status = %(payment_status)s)
        AND (%(since)s::timestamptz IS NULL OR "order".created_at >= %(since)s)
        AND (%(before_at)s::timestamptz IS NULL
             OR ("order".created_at, "order".id) < (%(before_at)s, %(before_id)s::uuid))
    ORDER BY "order".created_at DESC, "order".id DESC LIMIT %(limit)s
"""

HAS_LAPSED = "EXISTS (SELECT FROM inventory_hold WHERE order_id = orders_order.id AND expires_at <= now())"

_LINES = """
    SELECT order_id, id, sku, name, quantity, unit_price_minor, quantity * unit_price_minor AS line_total_minor,
        shipped_quantity, returned_quantity, backordered_quantity, cancelled_quantity, tracks_stock
    FROM orders_orderline WHERE order_id = ANY(%b) ORDER BY order_id, position
"""

_HOLDS = """
    SELECT hold.order_id, hold.order_line_id AS line_id, location.code AS location, hold.quantity, hold.expires_at
    FROM inventory_hold AS hold
    JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE hold.order_id = ANY(%b) ORDER BY hold.id
"""

_DESCRIBED = f"""
    SELECT store_id, status, payment_status, terminal_id, fingerprint, {HAS_LAPSED}
    FROM orders_order WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What tells whether a terminal may name the order. It may be of any store. `has_lapsed`: a hold of it has."""

    store_id: int
    status: str
    payment_status: str
    terminal_id: int | None
    fingerprint: bytes
    has_lapsed: bool


def orders_by_id(store_id: int, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    return {order["id"]: order for order in _with_lines(dicts(_BY_ID, (list(ids), store_id)))}


def order_by_id(store_id: int, order_id: UUID) -> dict[str, Any] | None:
    return orders_by_id(store_id, [order_id]).get(order_id)


def orders_page(
    store_id: int,
    *,
    limit: int,
    before_at: datetime | None = None,
    before_id: UUID | None = None,
    archived: bool = False,
    status: str | None = None,
    payment_status: str | None = None,
    since: datetime | None = None,
) -> list[dict[str, Any]]:
    """The newest orders first, from the one after `before_at` and `before_id`."""
    page = {
        "store_id": store_id,
        "archived": archived,
        "status": status,
        "payment_status": payment_status,
        "since": since,
        "before_at": before_at,
        "before_id": before_id,
        "limit": limit,
    }
    return _with_lines(dicts(_PAGE, page))


def described(order_id: UUID) -> KnownOrder | None:
    row = cursor().execute(_DESCRIBED, (order_id,)).fetchone()
    return KnownOrder(*row) if row else None


def _with_lines(orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what was ordered, and what is held of it."""
    ids = [order["id"] for order in orders]
    lines, holds = _by_order(_LINES, ids), _by_order(_HOLDS, ids)
    return [{**order, "lines": lines[order["id"]], "holds": holds[order["id"]]} for order in orders]


def _by_order(sql: str, order_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {order_id: [] for order_id in order_ids}
    for row in dicts(sql, (order_ids,)) if order_ids else ():
        found[row.pop("order_id")].append(row)
    return found
