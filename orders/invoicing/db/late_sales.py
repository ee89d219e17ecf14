"""Sales, and credit notes, that went through while the pool was empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.sql.sets import cursor
from orders.invoicing.db.numbers import NOTHING_TO_POST

# From one store that waits to the next, by the index: not one sale after the other.
_STORES = """
    WITH RECURSIVE waiting AS (
        SELECT (SELECT min(store_id) FROM orders_order WHERE invoice_pending) AS store_id
        UNION ALL
        SELECT (SELECT min(store_id) FROM orders_order WHERE invoice_pending AND store_id > waiting.store_id)
        FROM waiting WHERE waiting.store_id IS NOT NULL
    ), crediting AS (
        SELECT (SELECT min(store_id) FROM orders_creditnote WHERE pending) AS store_id
        UNION ALL
        SELECT (SELECT min(store_id) FROM orders_creditnote WHERE pending AND store_id > crediting.store_id)
        FROM crediting WHERE crediting.store_id IS NOT NULL
    )
    SELECT store_id FROM waiting WHERE store_id IS NOT NULL
    UNION
    SELECT store_id FROM crediting WHERE store_id IS NOT NULL
"""

_WAIT = """
    SELECT EXISTS (SELECT FROM orders_order WHERE invoice_pending)
        OR EXISTS (SELECT FROM orders_creditnote WHERE pending)
"""

# The oldest first; a sale that somebody works on is left for the next time.
_WAITING_SALES = """
    SELECT "order".id, (
        SELECT change.command_id FROM orders_statuschange AS change
        WHERE change.order_id = "order".id AND change.kind = 'pay' ORDER BY change.id DESC LIMIT 1
    )
    FROM orders_order AS "order" WHERE invoice_pending AND "order".store_id = %s
    ORDER BY paid_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""

# A credit note comes after its sale. Nobody but who numbers it ever locks one.
_WAITING_CREDIT_NOTES = """
    SELECT note.command_id, note.order_id, command.issued_by, EXISTS (
        SELECT FROM orders_journalentry AS entry
        WHERE entry.order_id = note.order_id AND entry.command_id = note.command_id
    )
    FROM orders_creditnote AS note
    JOIN orders_order AS "order" ON "order".id = note.order_id AND NOT "order".invoice_pending
    JOIN orders_command AS command ON command.id = note.command_id
    WHERE note.pending AND note.store_id = %s
    ORDER BY note.created_at, note.command_id LIMIT %s FOR NO KEY UPDATE OF note SKIP LOCKED
"""

_SALES_NUMBERED = "UPDATE orders_order SET invoice_pending = false WHERE id = ANY(%b)"

_CREDIT_NOTES_NUMBERED = "UPDATE orders_creditnote SET pending = false WHERE command_id = ANY(%b)"

# What waited for nothing but the number can be sent to accounting now.
_ENTRIES_DUE = """
    UPDATE orders_journalentry SET next_attempt_at = %b
    WHERE order_id = ANY(%b) AND command_id = ANY(%b) AND state = 'pending' AND next_attempt_at IS NULL
"""

_NOTHING_TO_POST = f"""
    INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at, reason)
    SELECT id, store_id, %s, '{NOTHING_TO_POST}' FROM orders_invoicenumber AS number
    WHERE order_id = ANY(%s) AND refill_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM orders_journalentry WHERE order_id = number.order_id AND kind = 'sale'
    )
"""

_NOTHING_TO_CREDIT = f"""
    INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at, reason)
    SELECT id, store_id, %s, '{NOTHING_TO_POST}' FROM orders_invoicenumber
    WHERE credit_note_id = ANY(%s) AND state = 'void' AND refill_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class WaitingSale:
    """A paid order without a number, and the command that paid it."""

    order_id: UUID
    command_id: UUID


@dataclass(frozen=True, slots=True)
class WaitingCreditNote:
    """`by`: who gave back; `tells`: there is an entry of it."""

    command_id: UUID
    order_id: UUID
    by: str
    tells: bool


def stores_waiting() -> Sequence[int]:
    """The stores that have sales or credit notes without a number."""
    return [store_id for (store_id,) in cursor().execute(_STORES)]


def are_some_waiting() -> bool:
    row = cursor().execute(_WAIT).fetchone()
    return bool(row and row[0])


def lock_waiting_sales(store_id: int, limit: int) -> Sequence[WaitingSale]:
    """The store's, locked."""
    return [WaitingSale(*row) for row in cursor().execute(_WAITING_SALES, (store_id, limit))]


def lock_waiting_credit_notes(store_id: int, limit: int) -> Sequence[WaitingCreditNote]:
    """The store's, locked; without those whose sale has no number either."""
    return [WaitingCreditNote(*row) for row in cursor().execute(_WAITING_CREDIT_NOTES, (store_id, limit))]


def sales_numbered(sales: Sequence[WaitingSale], *, now: datetime) -> None:
    order_ids = [sale.order_id for sale in sales]
    cursor().execute(_SALES_NUMBERED, (order_ids,))
    cursor().execute(_ENTRIES_DUE, (now, order_ids, [sale.command_id for sale in sales]))
    cursor().execute(_NOTHING_TO_POST, (now, order_ids))


def credit_notes_numbered(notes: Sequence[WaitingCreditNote], *, now: datetime) -> None:
    command_ids = [note.command_id for note in notes]
    cursor().execute(_CREDIT_NOTES_NUMBERED, (command_ids,))
    cursor().execute(_ENTRIES_DUE, (now, [note.order_id for note in notes], command_ids))
    cursor().execute(_NOTHING_TO_CREDIT, (now, command_ids))
