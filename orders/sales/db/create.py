"""New orders and the lines of drafts, as sets. A set travels as one JSON parameter: cheaper than an array a column."""

from collections.abc import Callable, Sequence
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
from inventory.core.percent import percent
from orders.commands.core.amounts import Discount, Tax
from orders.commands.core.caller import Caller
from orders.sales.core.draft import Draft
from orders.sales.db.customer import UNCHANGED, Customer, Unchanged, as_jsonb

_LINE_COLUMNS = """
    id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity, unit, quantity_decimals,
    list_price_minor, unit_price_minor, discount_minor, own_discount_minor, own_discount_percent, tax_code, tax_rate,
    net_minor, tax_minor, shipped_quantity, returned_quantity, backordered_quantity
"""
_LINE_VALUES = """
    line.product_id, line.position, line.sku, line.name, line.tracks_stock, line.quantity, line.unit,
    line.quantity_decimals, line.list_price_minor, line.unit_price_minor, line.discount_minor, line.own_minor,
    line.own_percent, line.tax_code, line.tax_rate, line.net_minor, line.tax_minor, 0, 0, 0
"""
_LINE = """
    line (id uuid, product_id bigint, position int, sku text, name text, tracks_stock bool, quantity bigint, unit text,
        quantity_decimals int, list_price_minor bigint, unit_price_minor bigint, discount_minor bigint,
        own_minor bigint, own_percent numeric, tax_code text, tax_rate numeric, net_minor bigint, tax_minor bigint)
"""
_AMOUNTS = """
    total_minor, discount_minor, own_discount_minor, own_discount_percent, tax_minor, exempted_minor, tax_exempt,
    prices_include_tax, taxes
"""
_GIVEN_AMOUNTS = """
    total_minor bigint, discount_minor bigint, own_discount_minor bigint, own_discount_percent numeric,
    tax_minor bigint, exempted_minor bigint, tax_exempt bool, prices_include_tax bool, taxes jsonb
"""

# Lines go only with orders that this statement inserted: a repeated order keeps the lines it has. "IS TRUE" has the new
# ids looked up in a hash table; as a join it would compare each order with each (connections plan without hash joins).
# Whoever makes the same orders makes them in the same order, by their ids; they are numbered as they were given.
NEW_ORDERS = f"""
    given_order AS MATERIALIZED (
        SELECT *, nextval('orders_order_number_seq') AS number
        FROM json_to_recordset(%(orders)s::json) AS given (id uuid, fulfilment text, payment_terms text,
            currency text, {_GIVEN_AMOUNTS}, reference text, customer jsonb, cashier text, fingerprint text,
            sold_at timestamptz, lines json)
    ), new_order AS (
        INSERT INTO orders_order (id, number, store_id, terminal_id, created_by, status, payment_status, fulfilment,
            payment_terms, currency, {_AMOUNTS}, paid_minor, refunded_minor, reference, customer, cashier, fingerprint,
            invoice_pending, created_at, sold_at)
        SELECT id, number, %(store_id)s, %(terminal_id)s, %(created_by)s, 'draft', 'unpaid', fulfilment, payment_terms,
            currency, {_AMOUNTS}, 0, 0, reference, customer, cashier, decode(fingerprint, 'hex'), false,
            now(), sold_at
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
    SELECT own_discount_minor, trim_scale(own_discount_percent)::text, tax_exempt, sold_at FROM orders_order
    WHERE id = %(order_id)s AND store_id = %(store_id)s AND status = 'draft' AND paid_at IS NULL FOR NO KEY UPDATE
"""

# Looked at under the lock: what was answered before is in the journal by then, and what comes in from now on is
# carried out on the new lines.
UNSETTLED = """
    SELECT EXISTS (SELECT FROM orders_command WHERE state = 'pending' AND order_id = %(order_id)s)
        OR EXISTS (SELECT FROM orders_command WHERE state IN ('parked', 'awaiting') AND order_id = %(order_id)s)
"""

_NEW_AMOUNTS = f"""
    UPDATE orders_order AS "order" SET
        total_minor = given.total_minor, discount_minor = given.discount_minor,
        own_discount_minor = given.own_discount_minor, own_discount_percent = given.own_discount_percent,
        tax_minor = given.tax_minor, exempted_minor = given.exempted_minor,
        prices_include_tax = given.prices_include_tax, taxes = given.taxes,
        customer = CASE WHEN %(customer_stays)s THEN customer ELSE %(customer)s::jsonb END
    FROM json_to_record(%(amounts)s::json) AS given ({_GIVEN_AMOUNTS}) WHERE "order".id = %(order_id)s
"""

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
    customer: Customer | None = None
    cashier: str = ""


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


class Kept(NamedTuple):
    """What a draft keeps while its lines are replaced. `own_discount_percent`: as decimal text."""

    own_discount_minor: int | None
    own_discount_percent: str | None
    tax_exempt: bool
    sold_at: datetime | None


@again
def replace_lines(
    caller: Caller,
    order_id: UUID,
    draft_of: Callable[[Kept], Draft],
    *,
    customer: Customer | Unchanged | None = UNCHANGED,
) -> InTheWay | None:
    """Give a draft new lines and what they come to, and a customer, under the order's row lock; or nothing is changed,
    and this is why."""
    order = {"order_id": order_id, "store_id": caller.store_id}
    with transaction.atomic():
        if (kept := cursor().execute(_LOCK_DRAFT, order).fetchone()) is None:
            return InTheWay.ORDER_NOT_DRAFT
        if cursor().execute(UNSETTLED, order).fetchone() != (False,):
            return InTheWay.COMMAND_PENDING
        draft = draft_of(Kept(*kept))
        lines = _lines([uuid7() for _ in draft.lines], draft)
        amounts = {"amounts": to_json(_amounts(draft)).decode(), "customer_stays": customer is UNCHANGED}
        cursor().execute(_NEW_AMOUNTS, {**order, **amounts, "customer": as_jsonb(customer)})
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
        **_amounts(order.draft),
        "reference": order.reference,
        "customer": order.customer,
        "cashier": order.cashier,
        "fingerprint": order.fingerprint.hex(),
        "sold_at": order.sold_at,
        "lines": _lines(order.line_ids, order.draft),
    }


def _amounts(draft: Draft) -> dict[str, Any]:
    return {
        "total_minor": draft.amounts.total_minor,
        "discount_minor": draft.amounts.discount_minor,
        **_own(draft.terms.discount, "own_discount_minor", "own_discount_percent"),
        "tax_minor": draft.amounts.tax_minor,
        "exempted_minor": draft.amounts.exempted_minor,
        "tax_exempt": draft.terms.tax_exempt,
        "prices_include_tax": draft.prices_include_tax,
        "taxes": draft.taxes,
    }


def _lines(line_ids: Sequence[UUID], draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "id": line_id,
            "product_id": line.product.id,
            "position": position,
            "sku": line.product.sku,
            "name": line.product.name,
            "tracks_stock": line.product.tracks_stock,
            "quantity": line.item.quantity,
            "unit": line.product.unit,
            "quantity_decimals": line.product.quantity_decimals,
            "list_price_minor": line.product.price_minor,
            "unit_price_minor": line.item.unit_price_minor,
            "discount_minor": line.amounts.discount_minor,
            **_own(line.item.discount, "own_minor", "own_percent"),
            **_tax(line.amounts.tax),
            "net_minor": line.amounts.net_minor,
            "tax_minor": line.amounts.tax_minor,
        }
        for position, (line_id, line) in enumerate(zip(line_ids, draft.lines, strict=True))
    ]


def _own(discount: Discount | None, minor: str, percentage: str) -> dict[str, Any]:
    """What is left out is null."""
    if discount is None:
        return {}
    if discount.percent is not None:
        return {percentage: percent(discount.percent)}
    return {minor: discount.minor}


def _tax(tax: Tax | None) -> dict[str, Any]:
    return {"tax_code": tax.code, "tax_rate": percent(tax.rate)} if tax else {}
