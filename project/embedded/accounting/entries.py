"""Posting double-entry bookings, each once, and reading them back."""

import json
from dataclasses import asdict
from typing import Any

from project.embedded.accounting.books import Books
from project.embedded.accounting.forms import EntryForm
from project.embedded.accounting.refusal import key_reused


def post(books: Books, form: EntryForm) -> tuple[str, bool]:
    """The accounting system's own reference, and whether this key had posted the entry before."""
    content = (form.invoice_number, form.kind, json.dumps([asdict(line) for line in form.postings]))
    with books.transaction() as db:
        known = db.execute(
            "SELECT id, invoice_number, kind, postings FROM entry WHERE idempotency_key = ?",
            (form.idempotency_key,),
        ).fetchone()
        if known is not None:
            if tuple(known)[1:] != content:
                raise key_reused(form.idempotency_key)
            return reference(known["id"]), True
        db.execute(
            "INSERT INTO entry (idempotency_key, invoice_number, kind, postings) VALUES (?, ?, ?, ?)",
            (form.idempotency_key, *content),
        )
        (made,) = db.execute("SELECT last_insert_rowid()").fetchone()
        return reference(made), False


def posted_after(books: Books, *, position: int, limit: int) -> list[dict[str, Any]]:
    """Oldest first; the last one's `position` is where the next page begins."""
    with books.transaction() as db:
        rows = db.execute("SELECT * FROM entry WHERE id > ? ORDER BY id LIMIT ?", (position, limit)).fetchall()
    return [
        {
            "position": row["id"],
            "reference": reference(row["id"]),
            "idempotency_key": row["idempotency_key"],
            "invoice_number": row["invoice_number"],
            "kind": row["kind"],
            "postings": json.loads(row["postings"]),
        }
        for row in rows
    ]


def reference(position: int) -> str:
    return f"JE-{position:06d}"
