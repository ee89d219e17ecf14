"""New orders and the lines of drafts, as sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from inventory.db.sets import Cursor, cursor
from orders.core.caller import Caller
from orders.core.draft import Draft

# Lines go only with orders that this statement inserted: a repeated order keeps the lines it has.
_CREATE = """
WITH new AS (
    INSERT INTO orders_order (id, store_id, created_by, status, payment_status, fulfilment, payment_terms, currency,
        total_minor, paid_minor, refunded_minor, reference, fingerprint, invoice_pending, created_at, sold_at)
    SELECT id, %(store_id)s, %(created_by)s, 'draft', 'unpaid', fulfilment, payment_terms, currency,
        total_minor, 0, 0, reference, fingerprint, false, now(), sold_at
    FROM unnest(%(ids)b::uuid[], %(fulfilments)b::text[], %(terms)b::text[], %(currencies)b::text[],
        %(totals)b::bigint[], %(references)b::text[], %(fingerprints)b::bytea[], %(sold_at)b::timestamptz[])
        AS given(id, fulfilment, payment_terms, currency, total_minor, reference, fingerprint, sold_at)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, number, created_at
), lines AS (
    INSERT INTO orders_orderline (id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity,
        unit_price_minor, shipped_quantity, returned_quantity)
    SELECT line.id, order_id, %(store_id)s, product_id, position, sku, name, tracks_stock, quantity,
        unit_price_minor, 0, 0
    FROM unnest(%(line_ids)b::uuid[], %(line_order_ids)b::uuid[], %(product_ids)b::bigint[], %(positions)b::int[],
        %(skus)b::text[], %(names)b::text[], %(tracks_stock)b::bool[], %(quantities)b::bigint[],
        %(prices)b::bigint[])
        AS line(id, order_id, product_id, position, sku, name, tracks_stock, quantity, unit_price_minor)
    JOIN new ON new.id = line.order_id
)
SELECT id, number, created_at FROM new
"""

_CLAIM_DRAFT = """
UPDATE orders_order SET total_minor = %(total_minor)s
WHERE id = %(order_id)s AND store_id = %(store_id)s AND status = 'draft' AND paid_at IS NULL
"""

_DROP_LINES = "DELETE FROM orders_orderline WHERE order_id = %(order_id)s"

_ADD_LINES = """
INSERT INTO orders_orderline (id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity,
    unit_price_minor, shipped_quantity, returned_quantity)
SELECT line.id, order_id, %(store_id)s, product_id, position, sku, name, tracks_stock, quantity, unit_price_minor, 0, 0
FROM unnest(%(line_ids)b::uuid[], %(line_order_ids)b::uuid[], %(product_ids)b::bigint[], %(positions)b::int[],
    %(skus)b::text[], %(names)b::text[], %(tracks_stock)b::bool[], %(quantities)b::bigint[], %(prices)b::bigint[])
    AS line(id, order_id, product_id, position, sku, name, tracks_stock, quantity, unit_price_minor)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    id: UUID
    fulfilment: str
    payment_terms: str
    currency: str
    reference: str
    sold_at: datetime | None
    fingerprint: bytes
    draft: Draft
    line_ids: Sequence[UUID]


class Created(NamedTuple):
    """What the database gave an order."""

    number: int
    created_at: datetime


def create(caller: Caller, orders: Sequence[NewOrder]) -> dict[UUID, Created]:
    """Insert the orders whose ids are new, each with its lines. Ids in `orders` are all different."""
    return {row[0]: Created(*row[1:]) for row in insert_orders(caller, orders)}


def insert_orders(caller: Caller, orders: Sequence[NewOrder]) -> Cursor:
    """See `create`."""
    params = {
        "store_id": caller.store_id,
        "created_by": caller.name,
        **_order_arrays(orders),
        **_line_arrays((order.id, order.line_ids, order.draft) for order in orders),
    }
    return cursor().execute(_CREATE, params)


def replace_lines(caller: Caller, order_id: UUID, draft: Draft) -> bool:
    """Give a draft new lines and their total, under the order's row lock; False, and nothing changed, if it is none."""
    order = {"order_id": order_id, "store_id": caller.store_id}
    with transaction.atomic():
        if cursor().execute(_CLAIM_DRAFT, order | {"total_minor": draft.total_minor}).rowcount == 0:
            return False
        cursor().execute(_DROP_LINES, order)
        cursor().execute(_ADD_LINES, order | _line_arrays([(order_id, [uuid7() for _ in draft.lines], draft)]))
    return True


def _order_arrays(orders: Sequence[NewOrder]) -> dict[str, Any]:
    return {
        "ids": [order.id for order in orders],
        "fulfilments": [order.fulfilment for order in orders],
        "terms": [order.payment_terms for order in orders],
        "currencies": [order.currency for order in orders],
        "totals": [order.draft.total_minor for order in orders],
        "references": [order.reference for order in orders],
        "fingerprints": [order.fingerprint for order in orders],
        "sold_at": [order.sold_at for order in orders],
    }


def _line_arrays(drafts: Iterable[tuple[UUID, Sequence[UUID], Draft]]) -> dict[str, Any]:
    placed = [
        (order_id, line_id, position, line)
        for order_id, line_ids, draft in drafts
        for position, (line_id, line) in enumerate(zip(line_ids, draft.lines, strict=True))
    ]
    return {
        "line_order_ids": [order_id for order_id, _, _, _ in placed],
        "line_ids": [line_id for _, line_id, _, _ in placed],
        "positions": [position for _, _, position, _ in placed],
        "product_ids": [line.product_id for _, _, _, line in placed],
        "skus": [line.sku for _, _, _, line in placed],
        "names": [line.name for _, _, _, line in placed],
        "tracks_stock": [line.tracks_stock for _, _, _, line in placed],
        "quantities": [line.quantity for _, _, _, line in placed],
        "prices": [line.unit_price_minor for _, _, _, line in placed],
    }
