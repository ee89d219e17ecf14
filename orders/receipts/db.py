"""What a receipt is made of, read by one statement: as of one instant, whatever happens to the order meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from base.sql.sets import first
from orders.commands.core.days import Calendar
from orders.commands.core.machine import Kind, Status
from orders.commands.core.tenders import PaymentKind
from orders.receipts.core.sold import Act, CustomerShown, Moved, SoldLine, SoldOrder, StoreShown

Row = Mapping[str, Any]

_LINES = """
    SELECT json_agg(json_build_object(
        'id', id, 'sku', sku, 'name', name, 'quantity', quantity, 'unit', unit, 'quantity_decimals', quantity_decimals,
        'unit_price_minor', unit_price_minor, 'amount_minor', amount_minor, 'discount_minor', discount_minor,
        'tax_code', tax_code, 'tax_rate', trim_scale(tax_rate)::text, 'net_minor', net_minor, 'tax_minor', tax_minor,
        'cancelled', cancelled_quantity
    ) ORDER BY position) FROM orders_orderline WHERE order_id = "order".id
"""

_ACTS = f"""
    SELECT json_agg(json_build_object(
        'command_id', change.command_id, 'kind', change.kind, 'at', change.at, 'to_status', change.to_status,
        'accepted_at', command.accepted_at, 'result', command.result, 'day', (
            SELECT min(entry.day) FROM orders_journalentry AS entry
            WHERE entry.order_id = change.order_id AND entry.command_id = change.command_id
        ), 'credit_note', (
            SELECT json_build_object('number', number.number, 'pending', note.pending, 'day', note.day)
            FROM orders_creditnote AS note
            LEFT JOIN orders_invoicenumber AS number ON number.credit_note_id = note.command_id
            WHERE note.command_id = change.command_id
        )
    ) ORDER BY change.id)
    FROM orders_statuschange AS change
    JOIN orders_command AS command ON command.id = change.command_id
    WHERE change.order_id = "order".id AND change.kind IN ('{Kind.PAY}', '{Kind.CANCEL}', '{Kind.RETURN}')
"""

_MOVED = """
    SELECT json_agg(json_build_object(
        'command_id', payment.command_id, 'kind', payment.kind, 'method', payment.method,
        'amount_minor', payment.amount_minor, 'tendered_minor', payment.tendered_minor,
        'reference', nullif(payment.reference, ''), 'provider', asked.provider
    ) ORDER BY payment.id)
    FROM orders_payment AS payment LEFT JOIN orders_authorization AS asked ON asked.id = payment.authorization_id
    WHERE payment.order_id = "order".id
"""

_SOLD = f"""
    SELECT "order".number, "order".currency, "order".prices_include_tax, "order".tax_exempt, "order".taxes::text,
        invoice.number AS invoice_number, "order".invoice_pending, "order".created_at, "order".sold_at,
        "order".paid_at, "order".business_day, store.receipt_footer AS footer,
        "order".customer::text,
        json_build_object('name', store.name, 'address', store.address, 'tax_id', store.tax_id,
            'currency', store.currency, 'locale', store.locale, 'time_zone', store.time_zone)::text AS store,
        store.day_starts_at,
        ({_LINES})::text AS lines, ({_ACTS})::text AS acts, ({_MOVED})::text AS moved
    FROM orders_order AS "order" JOIN inventory_store AS store ON store.id = "order".store_id
    LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = "order".id
    WHERE "order".id = %s AND "order".store_id = %s
"""


def sold_order(store_id: int, order_id: UUID) -> SoldOrder | None:
    row = first(_SOLD, (order_id, store_id))
    if row is None:
        return None
    taxes, store = from_json(row.pop("taxes")), StoreShown(**from_json(row["store"]))
    customer = from_json(row.pop("customer") or "null")
    calendar = Calendar(ZoneInfo(store.time_zone), row.pop("day_starts_at"))
    return SoldOrder(
        **{
            **row,
            "store": store,
            "customer": CustomerShown(**customer) if customer else None,
            "taxes": {(tax["code"], tax["rate"]): tax["name"] for tax in taxes},
            "lines": [SoldLine(**{**line, "id": UUID(line["id"])}) for line in _rows(row["lines"])],
            "acts": [_act(act, calendar) for act in _rows(row["acts"])],
            "moved": [_moved(moved) for moved in _rows(row["moved"])],
        }
    )


def _rows(of: str | None) -> list[dict[str, Any]]:
    return from_json(of) if of else []


def _act(row: Row, calendar: Calendar) -> Act:
    """Where neither a credit note nor an entry tells its day, it is that of its acceptance."""
    note = row["credit_note"] or {"number": None, "pending": False, "day": row["day"]}
    result, accepted_at = row["result"] or {}, datetime.fromisoformat(row["accepted_at"])
    return Act(
        command_id=UUID(row["command_id"]),
        kind=Kind(row["kind"]),
        at=datetime.fromisoformat(row["at"]),
        day=date.fromisoformat(note["day"]) if note["day"] else calendar.day_of(accepted_at),
        ends=row["to_status"] == Status.CANCELLED,
        returned={UUID(line["line_id"]): line["quantity"] for line in result.get("lines", ())},
        due_minor=result.get("due_minor", 0),
        rounding_minor=result.get("rounding_minor", 0),
        credit_note_number=note["number"],
        credit_note_pending=note["pending"],
    )


def _moved(row: Row) -> Moved:
    return Moved(**{**row, "command_id": UUID(row["command_id"]), "kind": PaymentKind(row["kind"])})
