"""A shop as the database has it and as the core says it is, both in one form that can be compared."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from base.sql.sets import cursor
from tests.properties.model import CreditNote, Model, Verdict
from tests.unit.build import money_of

# Each query gives (what is compared); the store's id is its only parameter.
_QUERIES = {
    "orders": """
        SELECT id, status, payment_status, paid_minor, refunded_minor, rounding_minor, refund_rounding_minor,
            invoice_pending, hold_expired_at, hold_extended_at, backordered_at, awaits_until, paid_at
        FROM orders_order WHERE store_id = %s ORDER BY id
    """,
    "lines": """
        SELECT id, shipped_quantity, returned_quantity, backordered_quantity, cancelled_quantity, skipped
        FROM orders_orderline WHERE store_id = %s ORDER BY id
    """,
    "levels": """
        SELECT product_id, location_id, on_hand, reserved
        FROM inventory_stocklevel WHERE store_id = %s ORDER BY product_id, location_id
    """,
    "order_holds": """
        SELECT hold.order_id, order_line_id, product_id, location_id, quantity, expires_at
        FROM inventory_hold AS hold JOIN inventory_stocklevel AS level ON level.id = level_id
        WHERE hold.store_id = %s AND order_id IS NOT NULL ORDER BY order_id, hold.id
    """,
    "reference_holds": """
        SELECT reference, product_id, location_id, quantity, expires_at
        FROM inventory_hold AS hold JOIN inventory_stocklevel AS level ON level.id = level_id
        WHERE hold.store_id = %s AND order_id IS NULL ORDER BY reference, hold.id
    """,
    "movements": """
        SELECT command_id, level.product_id, level.location_id, kind, quantity_change, reserved_change, quantity_after,
            reserved_after, order_id, reference, reason, created_by
        FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = level_id
        WHERE movement.store_id = %s AND command_id IS NOT NULL ORDER BY movement.id
    """,
    "payments": """
        SELECT command_id, order_id, kind, method, amount_minor, tendered_minor, reference
        FROM orders_payment WHERE store_id = %s ORDER BY id
    """,
    "money": """
        SELECT order_id, method, sum(CASE kind WHEN 'tender' THEN amount_minor ELSE -amount_minor END)::bigint
        FROM orders_payment WHERE store_id = %s
        GROUP BY order_id, method ORDER BY order_id, (array_agg(id ORDER BY id))[1]
    """,
    "entries": "SELECT command_id, order_id, kind, postings FROM orders_journalentry WHERE store_id = %s ORDER BY id",
    "history": """
        SELECT command_id, order_id, kind, from_status, to_status, reason, terminal
        FROM orders_statuschange WHERE store_id = %s ORDER BY id
    """,
    "invoices": """
        SELECT order_id, number FROM orders_invoicenumber WHERE store_id = %s AND order_id IS NOT NULL ORDER BY order_id
    """,
    "credit_notes": """
        SELECT note.command_id, note.order_id, note.pending, number.number, number.state
        FROM orders_creditnote AS note LEFT JOIN orders_invoicenumber AS number ON credit_note_id = note.command_id
        WHERE note.store_id = %s ORDER BY note.command_id
    """,
    "numbers": "SELECT number FROM orders_invoicenumber WHERE store_id = %s AND state = 'free' ORDER BY id",
}

_SETTLED = """
    SELECT id, outcome_code, outcome, result FROM orders_command
    WHERE store_id = %s AND state IN ('succeeded', 'rejected')
"""
_JOURNAL = "SELECT id, state FROM orders_command WHERE store_id = %s AND outcome_code IS NULL ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Reading:
    rows: dict[str, list[tuple[Any, ...]]]
    verdicts: dict[UUID, Verdict]


def read_database(store_id: int) -> Reading:
    rows = {name: cursor().execute(query, (store_id,)).fetchall() for name, query in _QUERIES.items()}
    rows["entries"] = [(*row[:3], _postings(json.loads(row[3]))) for row in rows["entries"]]
    settled = cursor().execute(_SETTLED, (store_id,)).fetchall()
    return Reading(rows, {row[0]: _verdict(*row[1:]) for row in settled})


def unsettled(store_id: int) -> list[tuple[UUID, str]]:
    """The journal's commands that have no outcome, with their state."""
    return cursor().execute(_JOURNAL, (store_id,)).fetchall()


def read_model(model: Model) -> Reading:
    """The same rows, in the same order, from the core's values."""
    orders = sorted(model.orders.values(), key=lambda order: order.id)
    references = sorted(model.references.values(), key=lambda reference: reference.name)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "orders": [
            (
                *(order.id, order.status, order.payment_status, order.paid_minor, order.refunded_minor),
                *(order.rounding_minor, order.refund_rounding_minor),
                *(order.invoice_pending, order.hold_expired_at, order.hold_extended_at, order.backordered_at),
                order.awaits_until,
                order.paid_at,
            )
            for order in orders
        ],
        "lines": sorted(
            (line.id, line.shipped, line.returned, line.backordered, line.cancelled, line.skipped)
            for order in orders
            for line in order.lines
        ),
        "levels": sorted((*level.key, level.on_hand, level.reserved) for level in model.levels.values()),
        "order_holds": [
            (order.id, hold.line_id, *hold.key, hold.quantity, hold.expires_at)
            for order in orders
            for hold in order.holds
        ],
        "reference_holds": [
            (reference.name, *hold.key, hold.quantity, hold.expires_at)
            for reference in references
            for hold in reference.holds
        ],
        "movements": [
            (
                *(command.id, *fact.key, fact.kind, fact.quantity_change, fact.reserved_change, fact.quantity_after),
                *(fact.reserved_after, command.order_id, reference, reason, command.issued_by),
            )
            for command, fact, reference, reason in model.stock_moved
        ],
        "payments": [
            (
                *(command.id, command.order_id, fact.kind, fact.method, fact.amount_minor, fact.tendered_minor),
                fact.reference,
            )
            for command, fact in model.money_moved
        ],
        "money": [(order.id, method, amount) for order in orders for method, amount in money_of(order)],
        "entries": [
            (command.id, command.order_id, fact.kind, _postings(fact.postings)) for command, fact in model.entries
        ],
        "history": [
            (command.id, command.order_id, command.kind, before, after, reason, command.issued_by)
            for command, before, after, reason in model.history
        ],
        "invoices": sorted(model.invoices.items()),
        "credit_notes": [
            (command_id, note.order_id, note.number is None, note.number, _state(note))
            for command_id, note in sorted(model.credit_notes.items())
        ],
        "numbers": [(number,) for number in model.numbers],
    }
    return Reading(rows, {id_: replace(one, result=_told(one.result)) for id_, one in model.verdicts.items()})


def _state(note: CreditNote) -> str | None:
    if note.number is None:
        return None
    return "void" if note.is_void else "assigned"


def _postings(postings: Any) -> list[tuple[str, int]]:
    return [(account, amount) for account, amount in postings]


def _verdict(code: str, outcome: str, result: str | None) -> Verdict:
    """Who holds what is lacking is what the database adds to the core's answer."""
    told = json.loads(outcome)
    lines = [{name: value for name, value in line.items() if name != "held_by"} for line in told["lines"]]
    return Verdict(code, told["detail"], lines, _told(json.loads(result) if result else None))


def _told(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """What gave way has given way already where each command is decided by itself."""
    return result and {name: value for name, value in result.items() if name != "released"}
