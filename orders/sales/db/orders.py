"""Orders as the outside sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from base.sql.sets import cursor, dicts
from base.sql.snapshot import one_snapshot
from orders.commands.core.amounts import part

_OWN = """
    CASE WHEN num_nonnulls(own_discount_minor, own_discount_percent) > 0 THEN json_build_object(
        'minor', own_discount_minor, 'percent', trim_scale(own_discount_percent)::text
    ) END AS own_discount
"""
_COLUMNS = f"""
    "order".id, "order".number, "order".status, "order".payment_status, "order".fulfilment, "order".payment_terms,
    "order".currency, "order".subtotal_minor, "order".discount_minor, {_OWN}, "order".tax_minor,
    "order".exempted_minor, "order".tax_exempt, "order".prices_include_tax, "order".taxes::json AS taxes,
    "order".total_minor, "order".paid_minor, "order".refunded_minor, "order".rounding_minor,
    invoice.number AS invoice_number, "order".invoice_pending, nullif("order".reference, '') AS reference,
    "order".customer::json AS customer, nullif("order".cashier, '') AS cashier,
    "order".created_at, "order".sold_at, "order".paid_at, "order".business_day, "order".archived_at,
    "order".awaits_until
"""
_FROM = 'FROM orders_order AS "order" LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = "order".id'

_BY_ID = f'SELECT {_COLUMNS} {_FROM} WHERE "order".id = ANY(%b) AND "order".store_id = %s'

# Of each filter its own text, so that the plan, which is made once for all values, has its index (orders.sales.models).
_FILTERS = {
    "status": "status = %(status)s",
    "payment_status": "payment_status = %(payment_status)s",
    "since": "created_at >= %(since)s",
    "reference": "reference = %(reference)s AND reference <> ''",
    "number": "number = %(number)s",
    "invoice_number": """id = (
        SELECT order_id FROM orders_invoicenumber WHERE store_id = %(store_id)s AND number = %(invoice_number)s
    )""",
    "terminal": "terminal_id = %(terminal)s",
    "day": "business_day = %(day)s",
    "before_at": "(created_at, id) < (%(before_at)s, %(before_id)s::uuid)",
}
_RARE = {"status": "status <> 'paid'", "payment_status": "payment_status <> 'paid'"}

HAS_LAPSED = """
    (awaits_until IS NOT NULL AND awaits_until <= now()
        OR EXISTS (SELECT FROM inventory_hold WHERE order_id = orders_order.id AND expires_at <= now()))
"""

_LINES = f"""
    SELECT order_id, id, sku, name, quantity, unit, quantity_decimals, list_price_minor, unit_price_minor, amount_minor,
        discount_minor, {_OWN}, tax_code, trim_scale(tax_rate)::text AS tax_rate, net_minor,
        tax_minor, net_minor + tax_minor AS line_total_minor, shipped_quantity, returned_quantity,
        backordered_quantity, cancelled_quantity, tracks_stock
    FROM orders_orderline WHERE order_id = ANY(%b) ORDER BY order_id, position
"""

_PAYMENTS = """
    SELECT payment.order_id, payment.id, CASE payment.kind WHEN 'tender' THEN 'payment' ELSE 'refund' END AS kind,
        payment.method, payment.amount_minor, payment.tendered_minor,
        payment.tendered_minor - payment.amount_minor AS change_minor, nullif(payment.reference, '') AS reference,
        asked.provider, payment.reverses_id AS reverses,
        CASE told.state WHEN 'pending' THEN 'pending' WHEN 'parked' THEN 'failed' ELSE 'done' END AS state,
        payment.command_id, command.issued_by AS terminal, command.payload ->> 'cashier' AS cashier,
        closing.number AS closing, payment.created_at AS at
    FROM orders_payment AS payment
    JOIN orders_command AS command ON command.id = payment.command_id
    LEFT JOIN orders_closing AS closing ON closing.id = command.closing_id
    LEFT JOIN orders_authorization AS asked ON asked.id = payment.authorization_id
    LEFT JOIN orders_paymentinstruction AS told ON told.authorization_id = payment.authorization_id
        AND told.command_id = payment.command_id
        AND told.kind = CASE payment.kind WHEN 'tender' THEN 'capture' ELSE 'refund' END
    WHERE payment.order_id = ANY(%b) ORDER BY payment.order_id, payment.id
"""

_CREDIT_NOTES = """
    SELECT note.order_id, number.number, note.pending, note.command_id
    FROM orders_creditnote AS note LEFT JOIN orders_invoicenumber AS number ON number.credit_note_id = note.command_id
    WHERE note.order_id = ANY(%b) ORDER BY note.order_id, note.created_at, note.command_id
"""

_HOLDS = """
    SELECT hold.order_id, hold.order_line_id AS line_id, location.code AS location, hold.quantity, hold.expires_at
    FROM inventory_hold AS hold
    JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE hold.order_id = ANY(%b) ORDER BY hold.id
"""

_PARTS = {"lines": _LINES, "holds": _HOLDS, "payments": _PAYMENTS, "credit_notes": _CREDIT_NOTES}

# As a page goes on, how many rows there are of it so far.
_ROWS_SO_FAR = """
    SELECT sum(
        (SELECT count(*) FROM orders_orderline WHERE order_id = given.id)
        + (SELECT count(*) FROM inventory_hold WHERE order_id = given.id)
        + (SELECT count(*) FROM orders_payment WHERE order_id = given.id)
        + (SELECT count(*) FROM orders_creditnote WHERE order_id = given.id)
    ) OVER (ORDER BY given.place)
    FROM unnest(%b::uuid[]) WITH ORDINALITY AS given (id, place) ORDER BY given.place
"""

PAGE_ROWS_MAX = 10_000
"""Lines, holds, payments and credit notes of a page: it ends before the order with which they would be more."""

_DESCRIBED = f"""
    SELECT store_id, status, payment_status, terminal_id, fingerprint, {HAS_LAPSED}, fulfilment
    FROM orders_order WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What tells whether a terminal may name the order. It may be of any store. `has_lapsed`: a hold of it has, or its
    wait for stock."""

    store_id: int
    status: str
    payment_status: str
    terminal_id: int | None
    fingerprint: bytes
    has_lapsed: bool
    fulfilment: str


def orders_by_id(store_id: int, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Each as it was at one instant: what it comes to, what was handed over and what was paid belong together."""
    with one_snapshot():
        return {order["id"]: order for order in with_lines(dicts(_BY_ID, (list(ids), store_id)))}


def order_by_id(store_id: int, order_id: UUID) -> dict[str, Any] | None:
    return orders_by_id(store_id, [order_id]).get(order_id)


def orders_page(store_id: int, *, limit: int, archived: bool | None = False, **filters: Any) -> list[dict[str, Any]]:
    """The newest orders first, each without its lines; see `with_lines`. `filters`: those of _FILTERS, None where it is
    not asked for; `before_at` and `before_id`: what the page begins after; `archived`: None for all."""
    given = {name: value for name, value in filters.items() if value is not None}
    page = {**given, "store_id": store_id, "limit": limit}
    return dicts(statement(given, archived=archived), page)


def how_many_fit(orders: Sequence[Mapping[str, Any]]) -> int:
    """How many of them a page holds with their lines: one at least, however many lines it has."""
    so_far = cursor().execute(_ROWS_SO_FAR, ([order["id"] for order in orders],))
    fitting = [rows for (rows,) in so_far if rows <= PAGE_ROWS_MAX]
    return max(1, len(fitting))


def statement(given: Mapping[str, Any], *, archived: bool | None) -> str:
    texts = [text for name, text in _FILTERS.items() if name in given]
    texts += [text for name, text in _RARE.items() if given.get(name, "paid") != "paid"]
    if archived is not None:
        texts.append(f"archived_at IS {'NOT ' if archived else ''}NULL")
    chosen = "".join(f" AND {text}" for text in texts)
    newest = "ORDER BY created_at DESC, id DESC LIMIT %(limit)s"
    return f"""
        SELECT {_COLUMNS} FROM (
            SELECT * FROM orders_order WHERE store_id = %(store_id)s{chosen} {newest}
        ) AS "order" LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = "order".id
        ORDER BY "order".created_at DESC, "order".id DESC
    """


def described(order_id: UUID) -> KnownOrder | None:
    row = cursor().execute(_DESCRIBED, (order_id,)).fetchone()
    return KnownOrder(*row) if row else None


def with_lines(orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what was ordered, what is held of it, the money that moved, and the credit notes; within the snapshot that
    the orders were read in."""
    ids = [order["id"] for order in orders]
    parts = {name: _by_order(sql, ids) for name, sql in _PARTS.items()}
    whole = ({**order, **{name: of_orders[order["id"]] for name, of_orders in parts.items()}} for order in orders)
    return [{**order, "due_minor": _still_due(order)} for order in whole]


def _by_order(sql: str, order_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {order_id: [] for order_id in order_ids}
    for row in dicts(sql, (order_ids,)) if order_ids else ():
        found[row.pop("order_id")].append(row)
    return found


def _still_due(order: Mapping[str, Any]) -> int:
    """What it is worth without what came back or was cancelled, as cash was rounded, less what was kept of what was
    paid."""
    kept_minor: int = order["paid_minor"] - order["refunded_minor"] - order["rounding_minor"]
    return max(0, sum(map(_worth, order["lines"])) - kept_minor)


def _worth(line: Mapping[str, Any]) -> int:
    minor: int = line["line_total_minor"]
    return minor - part(minor, line["returned_quantity"] + line["cancelled_quantity"], line["quantity"])
