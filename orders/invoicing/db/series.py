"""Every invoice number that was ever fetched, and what became of it: for an auditor."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from base.sql.renewal import lend_connection, renew_broken_connection
from base.sql.scope import Scope, named
from base.sql.sets import dicts
from orders.invoicing.core.series import Gaps

PAGE = 500
LOOKED_AT = 5_000
"""Numbers of all stores among which those of one are looked for at a time."""

# What comes later is not listed: a report that is read slowly ends.
_LAST = "SELECT max(id) AS id FROM orders_invoicenumber"

_UNTIL = """
    SELECT max(id) AS id FROM (
        SELECT id FROM orders_invoicenumber WHERE id > %(after)s AND id <= %(last)s ORDER BY id LIMIT %(looked_at)s
    ) AS looked_at
"""

# In the order in which they came, each as it is when its page is read.
_PAGE = """
    SELECT number.id, store.code AS store, number.number, number.state, number.fetched_at, number.refill_id AS refill,
        number.assigned_at, "order".number AS order_number, "order".id AS order_id, "order".status AS order_status,
        "order".payment_status, coalesce(note.day, "order".business_day) AS business_day,
        credited.number AS credit_note_of, number.posted_at,
        booked.accounting_reference, given.credit_notes, number.voided_at, number.voided_by, number.void_reason
    FROM (
        SELECT * FROM orders_invoicenumber
        WHERE id > %(after)s AND id <= %(until)s AND (%(stores)s::bigint[] IS NULL OR store_id = ANY(%(stores)s))
        ORDER BY id LIMIT %(limit)s
    ) AS number
    JOIN inventory_store AS store ON store.id = number.store_id
    LEFT JOIN orders_creditnote AS note ON note.command_id = number.credit_note_id
    LEFT JOIN orders_invoicenumber AS credited ON credited.order_id = note.order_id
    LEFT JOIN orders_order AS "order" ON "order".id = coalesce(number.order_id, note.order_id)
    LEFT JOIN orders_journalentry AS booked ON booked.order_id = "order".id AND booked.command_id = number.command_id
    LEFT JOIN LATERAL (
        SELECT string_agg(of_note.number, ' ' ORDER BY one.created_at, one.command_id) AS credit_notes
        FROM orders_creditnote AS one JOIN orders_invoicenumber AS of_note ON of_note.credit_note_id = one.command_id
        WHERE one.order_id = number.order_id
    ) AS given ON true
    ORDER BY number.id
"""

COLUMNS = (
    "store", "number", "missing_before", "state", "fetched_at", "refill", "assigned_at", "order_number", "order_id",
    "order_status", "payment_status", "business_day", "credit_note_of", "posted_at", "accounting_reference",
    "credit_notes", "voided_at", "voided_by", "void_reason",
)  # fmt: skip


def pages_of_numbers(stores: Scope) -> Iterator[list[list[Any]]]:
    """Rows of COLUMNS, a page at a time. All that were there as it began.

    No transaction stays open and no connection is held while somebody reads slowly.

    `missing_before`: how many numbers of its series lie between this one and the highest before it. A number is a
    sale's, whose `credit_notes` are named, or a credit note's, and then `credit_note_of` is the sale's.
    """
    gaps: dict[str, Gaps] = {}
    for page in _pages(stores):
        for row in page:
            row["missing_before"] = gaps.setdefault(row["store"], Gaps()).missing_before(row["number"])
        yield [[row[name] for name in COLUMNS] for row in page]


def _pages(stores: Scope) -> Iterator[list[dict[str, Any]]]:
    after, last = 0, _ask(_LAST, {})[0]["id"] or 0
    while until := _ask(_UNTIL, {"after": after, "last": last, "looked_at": LOOKED_AT})[0]["id"]:
        page = _ask(_PAGE, {"after": after, "until": until, **named(stores), "limit": PAGE})
        lend_connection()
        after = page[-1]["id"] if len(page) == PAGE else until
        if page:
            yield page


def _ask(sql: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Between two pages the connection may have ended."""
    try:
        return dicts(sql, asked)
    except psycopg.OperationalError:
        if not renew_broken_connection():
            raise
        return dicts(sql, asked)
