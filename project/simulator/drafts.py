"""Issuing draft invoice IDs: sequential in each store's series of the year, none ever handed out twice."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from project.simulator.books import Books
from project.simulator.forms import DraftForm
from project.simulator.refusal import key_reused


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    request: int
    store: str
    ids: list[str]
    replayed: bool


def issue(books: Books, form: DraftForm) -> Issued:
    """New IDs, or those that this key was given before."""
    with books.transaction() as db:
        known = request_of(db, form.idempotency_key)
        if known is not None:
            if (known["store"], known["count"]) != (form.store, form.count):
                raise key_reused(form.idempotency_key)
            return issued_to(db, known)
        db.execute(
            "INSERT INTO draft_request (idempotency_key, store, count) VALUES (?, ?, ?)",
            (form.idempotency_key, form.store, form.count),
        )
        (request,) = db.execute("SELECT last_insert_rowid()").fetchone()
        ids = number(db, request=request, store=form.store, first=0, count=form.count)
        return Issued(request=request, store=form.store, ids=ids, replayed=False)


def find(books: Books, idempotency_key: str) -> Issued | None:
    with books.transaction() as db:
        known = request_of(db, idempotency_key)
        return issued_to(db, known) if known is not None else None


def issue_beyond(books: Books, issued: Issued, *, count: int) -> list[str]:
    """IDs that nobody asked for. They are really issued, hence never handed out again."""
    with books.transaction() as db:
        (first,) = db.execute("SELECT count(*) FROM draft WHERE request_id = ?", (issued.request,)).fetchone()
        return number(db, request=issued.request, store=issued.store, first=first, count=count)


def earliest(books: Books, store: str, *, count: int) -> list[str]:
    """The first IDs that this store was ever given."""
    with books.transaction() as db:
        rows = db.execute(
            "SELECT number FROM draft JOIN draft_request ON draft_request.id = request_id WHERE store = ? "
            "ORDER BY request_id, position LIMIT ?",
            (store, count),
        )
        return [row["number"] for row in rows]


def request_of(db: sqlite3.Connection, idempotency_key: str) -> sqlite3.Row | None:
    found = db.execute("SELECT id, store, count FROM draft_request WHERE idempotency_key = ?", (idempotency_key,))
    row: sqlite3.Row | None = found.fetchone()
    return row


def issued_to(db: sqlite3.Connection, request: sqlite3.Row) -> Issued:
    rows = db.execute(
        "SELECT number FROM draft WHERE request_id = ? AND position < ? ORDER BY position",
        (request["id"], request["count"]),
    )
    return Issued(request=request["id"], store=request["store"], ids=[row["number"] for row in rows], replayed=True)


def number(db: sqlite3.Connection, *, request: int, store: str, first: int, count: int) -> list[str]:
    series = f"INV-{store}-{datetime.now(UTC).year}"  # store and year in the name: unique over all of them
    db.execute(
        "INSERT INTO series (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = last + excluded.last",
        (series, count),
    )
    (last,) = db.execute("SELECT last FROM series WHERE name = ?", (series,)).fetchone()
    numbers = [f"{series}-{n:06d}" for n in range(last - count + 1, last + 1)]
    db.executemany(
        "INSERT INTO draft (number, request_id, position) VALUES (?, ?, ?)",
        [(made, request, first + at) for at, made in enumerate(numbers)],
    )
    return numbers
