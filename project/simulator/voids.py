"""Voiding a number: it stays in the books, with a reason, and no invoice gets it."""

import sqlite3

from project.simulator.books import Books
from project.simulator.forms import VoidForm
from project.simulator.refusal import Refused

MADE = """
    SELECT 1 FROM draft JOIN draft_request ON draft_request.id = request_id WHERE store = ? AND number = ?
"""
POSTED = """
    SELECT 1 FROM journal
    WHERE store = :store AND (invoice_number = :number AND kind = 'sale' OR credit_note_number = :number)
"""


def void(books: Books, form: VoidForm) -> None:
    """Void already is as good; the first reason stays."""
    number = (form.store, form.invoice_number)
    with books.transaction() as db:
        if db.execute(MADE, number).fetchone() is None:
            raise Refused(422, "invoice_not_made", f"{form.invoice_number} is no number of {form.store}")
        if is_posted(db, *number):
            raise Refused(409, "invoice_posted_before", f"{form.invoice_number} is booked")
        db.execute("INSERT OR IGNORE INTO void (number, reason) VALUES (?, ?)", (form.invoice_number, form.reason))


def is_posted(db: sqlite3.Connection, store: str, number: str) -> bool:
    """Whether a sale or a credit note was booked under it."""
    return db.execute(POSTED, {"store": store, "number": number}).fetchone() is not None


def is_void(db: sqlite3.Connection, number: str) -> bool:
    return db.execute("SELECT 1 FROM void WHERE number = ?", (number,)).fetchone() is not None
