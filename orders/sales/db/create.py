"""New orders and the lines of drafts, as sets. A set travels as one JSON parameter: cheaper than an array a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from base.sql.retry_transient import again
from base.sql.sets import cursor
from orders.commands.core.caller import Caller
from orders.sales.core.draft import Draft

_LINE_COLUMNS = """
    id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity, unit_price_minor,
    shipped_quantity, returned_quantity, backordered_quantity
"""
_LINE_VALUES = """
    line.product_id, line.position, line.sku, line.name, line.tracks_stock, line.quantity, line.unit_price_minor,
    0, 0, 0
"""
_LINE = """
    line (id uuid, product_id bigint, position int, sku text, name text, tracks_stock bool, quantity bigint,
        unit_price_minor bigint)
"""

# Lines go only with orders that this statement inserted: a repeated order keeps the lines it has. "IS TRUE" has the new
# ids looked up in a hash table; as a join it would compare each order with each (connections plan without hash joins).
# Whoever makes the same orders makes them in the same order, by their ids; they are numbered as they were given.
NEW_ORDERS = f"""
    given_order AS MATERIALIZED (
        SELECT *, nextval('orders_order_number_seq') AS number
        FROM json_to_recordset(%(orders)s::json) AS given (id uuid, fulfilment text, payment_terms text,
            currency text, total_minor bigint, reference text, fingerprint text, sold_at timestamptz, lines json)
    ), new_order AS (
        INSERT INTO orders_order (id, number, store_id, terminal_id, created_by, status, payment_status, fulfilment,
            payment_terms, currency, total_minor, paid_minor, refunded_minor, reference, fingerprint, invoice_pending,
            created_at, sold_at)
        SELECT id, number, %(store_id)s, %(terminal_id)s, %(created_by)s, 'draft', 'unpaid', fulfilment, payment_terms,
            currency, total_minor, 0, 0, reference, decode(fingerprint, 'hex'), false, now(), sold_at
        FROM given_order ORDER BY id
        ON CONFLICT (id) DO NOTHING
        RETURNING id, store_id, number, fingerprint, created_at
    ), new_line AS (
        INSERT INTO orders_orderline ({_LINE_COLUMNS})
        SELECT line.id, given_order.id, %(store_id)s, {_LINE_VALUES}
        FROM given_order CROSS JOIN LATERAL json_to_recordset(given_order.lines) AS {_LINE}
        WHERE (given_order.id IN (SELECT id FROM new_order)) IS TRUE
    )
"""

_CREATE = f"WITH {NEW_ORDERS} SELECT id, number, created_at FROM new_order"

_LOCK_DRAFT = """
    SELECT FROM orders_order
    WHERE id = %(order_id)s AND store_id = %(store_id)s AND status = 'draft' AND paid_at IS NULL FOR NO KEY UPDATE
"""

# Looked at under the lock: what was answered before is in the journal by then, and what comes in from now on is
# carried out on the new lines.
UNSETTLED = """
    SELECT EXISTS (SELECT FROM orders_command WHERE state = 'pending' AND order_id = %(order_id)s)
        OR EXISTS (SELECT FROM orders_command WHERE state IN ('parked', 'awaiting') AND order_id = %(order_id)s)
"""

_TOTAL = "UPDATE orders_order SET total_minor = %(total_minor)s WHERE id = %(order_id)s"

_DROP_LINES = "DELETE FROM orders_orderline WHERE order_id = %(order_id)s"

_ADD_LINES = f"""
    INSERT INTO orders_orderline ({_LINE_COLUMNS})
    SELECT line.id, %(order_id)s, %(store_id)s, {_LINE_VALUES} FROM json_to_recordset(%(lines)s::json) AS {_LINE}
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


@again
def create(caller: Caller, orders: Sequence[NewOrder]) -> dict[UUID, Created]:
    """Insert the orders whose ids are new, each with its lines. Ids in `orders` are all different."""
    params = {
        "store_id": caller.store_id,
        "terminal_id": caller.terminal_id,
        "created_by": caller.name,
        "orders": as_json(orders),
    }
    return {row[0]: Created(*row[1:]) for row in cursor().execute(_CREATE, params)}


class InTheWay(StrEnum):
    """Why the lines of an order stay as they are."""

    ORDER_NOT_DRAFT = "order_not_draft"
    COMMAND_PENDING = "command_pending"


@again
def replace_lines(caller: Caller, order_id: UUID, draft: Draft) -> InTheWay | None:
    """Give a draft new lines and their total, under the order's row lock; or nothing is changed, and this is why."""
    order = {"order_id": order_id, "store_id": caller.store_id}
    lines = _lines([uuid7() for _ in draft.lines], draft)
    with transaction.atomic():
        if cursor().execute(_LOCK_DRAFT, order).fetchone() is None:
            return InTheWay.ORDER_NOT_DRAFT
        if cursor().execute(UNSETTLED, order).fetchone() != (False,):
            return InTheWay.COMMAND_PENDING
        cursor().execute(_TOTAL, order | {"total_minor": draft.total_minor})
        cursor().execute(_DROP_LINES, order)
        cursor().execute(_ADD_LINES, order | {"lines": to_json(lines).decode()})
    return None


def as_json(orders: Sequence[NewOrder]) -> str:
    """The parameter `orders` of NEW_ORDERS."""
    return to_json([_order(order) for order in orders]).decode()


def _order(order: NewOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "fulfilment": order.fulfilment,
        "payment_terms": order.payment_terms,
        "currency": order.currency,
        "total_minor": order.draft.total_minor,
        "reference": order.reference,
        "fingerprint": order.fingerprint.hex(),
        "sold_at": order.sold_at,
        "lines": _lines(order.line_ids, order.draft),
    }


def _lines(line_ids: Sequence[UUID], draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "id": line_id,
            "product_id": line.product_id,
            "position": position,
            "sku": line.sku,
            "name": line.name,
            "tracks_stock": line.tracks_stock,
            "quantity": line.quantity,
            "unit_price_minor": line.unit_price_minor,
        }
        for position, (line_id, line) in enumerate(zip(line_ids, draft.lines, strict=True))
    ]
