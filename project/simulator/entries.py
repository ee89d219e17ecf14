"""Posting double-entry bookings, each once, and reading them back."""

import json
import sqlite3
from datetime import date, timedelta
from typing import Any

from project.simulator import refusals
from project.simulator.books import Books
from project.simulator.forms import CREDIT_NOTES, EntryForm
from project.simulator.refusal import Refused, key_reused
from project.simulator.voids import is_posted, is_void

SALE = "sale"
# When it happened, and which order's number a deposit has, may be another after a restore of who posts.
KNOWN = """
    SELECT id, store, CASE kind WHEN 'deposit' THEN NULL WHEN 'deposit_refund' THEN NULL ELSE invoice_number END,
        credit_note_number, kind, currency, postings
    FROM journal WHERE idempotency_key = ?
"""
OF_DEPOSITS = ("deposit", "deposit_refund")
INSERT = """
    INSERT INTO journal (idempotency_key, store, invoice_number, credit_note_number, kind, currency, occurred_at, day,
        postings, booked_on)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SOLD = "SELECT 1 FROM journal WHERE store = ? AND invoice_number = ? AND kind = 'sale'"


def post(books: Books, form: EntryForm) -> tuple[str, bool]:
    """The accounting system's own reference, and whether this key had posted the entry before."""
    postings = json.dumps([line.model_dump(exclude_defaults=True) for line in form.postings])
    numbers = (form.invoice_number, form.credit_note_number)
    content = (form.store, *numbers, form.kind, form.currency, form.occurred_at, form.day, postings)
    numbered = (None if form.kind in OF_DEPOSITS else form.invoice_number, form.credit_note_number)
    told = (form.store, *numbered, form.kind, form.currency, postings)
    with books.transaction() as db:
        known = db.execute(KNOWN, (form.idempotency_key,)).fetchone()
        if known is not None:
            if tuple(known)[1:] != told:
                raise key_reused(form.idempotency_key)
            return reference(known["id"]), True
        refusals.check(db, form)
        check_order(db, form)
        db.execute(INSERT, (form.idempotency_key, *content, open_day(db, form.day)))
        (made,) = db.execute("SELECT last_insert_rowid()").fetchone()
        return reference(made), False


def close(books: Books, *, until: str | None) -> None:
    """No entry is booked on that day any more, or before it; None: all days are open."""
    with books.transaction() as db:
        db.execute("DELETE FROM closed")
        if until is not None:
            db.execute("INSERT INTO closed (until) VALUES (?)", (until,))


def closed_until(books: Books) -> str | None:
    with books.transaction() as db:
        return last_closed_day(db)


def open_day(db: sqlite3.Connection, day: str) -> str:
    """The day itself, or the first one that is open after it."""
    closed = last_closed_day(db)
    if closed is None or day > closed:
        return day
    return (date.fromisoformat(closed) + timedelta(days=1)).isoformat()


def last_closed_day(db: sqlite3.Connection) -> str | None:
    known = db.execute("SELECT until FROM closed").fetchone()
    return known["until"] if known else None


def check_order(db: sqlite3.Connection, form: EntryForm) -> None:
    """Under each number one invoice or one credit note is posted, and not under a void one; a credit note comes after
    the invoice that it takes back some of."""
    own = form.credit_note_number or form.invoice_number
    if is_void(db, own):
        raise Refused(409, "invoice_void", f"{own} is void")
    if form.kind in (SALE, *CREDIT_NOTES) and is_posted(db, form.store, own):
        raise Refused(409, "invoice_posted_before", f"{own} was posted under another key")
    if form.kind in CREDIT_NOTES and db.execute(SOLD, (form.store, form.invoice_number)).fetchone() is None:
        raise Refused(422, "invoice_not_posted", f"{form.invoice_number} was never posted")


def posted_after(books: Books, *, position: int, limit: int) -> list[dict[str, Any]]:
    """Oldest first; the last one's `position` is where the next page begins."""
    with books.transaction() as db:
        rows = db.execute("SELECT * FROM journal WHERE id > ? ORDER BY id LIMIT ?", (position, limit)).fetchall()
    return [
        {
            "position": row["id"],
            "reference": reference(row["id"]),
            "idempotency_key": row["idempotency_key"],
            "store": row["store"],
            "invoice_number": row["invoice_number"],
            "credit_note_number": row["credit_note_number"],
            "kind": row["kind"],
            "currency": row["currency"],
            "occurred_at": row["occurred_at"],
            "day": row["day"],
            "booked_on": row["booked_on"],
            "postings": json.loads(row["postings"]),
        }
        for row in rows
    ]


def reference(position: int) -> str:
    return f"JE-{position:06d}"
