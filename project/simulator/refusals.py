"""What the books refuse, as the person at the controls has asked: entries that a real accounting system would not have.

Kept in the books, as a closed day is: it holds until something else is asked for.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from project.simulator.books import Books
from project.simulator.forms import EntryForm, RefusalsForm
from project.simulator.refusal import Refused

SENTENCES = {
    "accounts": ("account_unknown", "there is no account {}"),
    "days": ("day_closed", "the day {} is closed"),
    "numbers": ("number_refused", "{} is not accepted"),
}
"""What is refused by, the code of it, and what is said. The first that applies is the answer."""


def change(books: Books, form: RefusalsForm) -> None:
    """From now on these, and no others."""
    rows = [(what, name) for what in SENTENCES for name in getattr(form, what)]
    with books.transaction() as db:
        db.execute("DELETE FROM refused")
        db.executemany("INSERT OR IGNORE INTO refused (what, name) VALUES (?, ?)", rows)


def current(books: Books) -> Mapping[str, Sequence[str]]:
    with books.transaction() as db:
        rows = db.execute("SELECT what, name FROM refused ORDER BY name").fetchall()
    return {what: [row["name"] for row in rows if row["what"] == what] for what in SENTENCES}


def check(db: sqlite3.Connection, form: EntryForm) -> None:
    """Raises Refused: nothing is booked, and nothing will be until a person changes something."""
    for what, name in _said_of(form):
        if db.execute("SELECT 1 FROM refused WHERE what = ? AND name = ?", (what, name)).fetchone():
            code, sentence = SENTENCES[what]
            raise Refused(422, code, sentence.format(name))


def _said_of(form: EntryForm) -> Iterator[tuple[str, str]]:
    yield from (("accounts", line.account) for line in form.postings)
    yield "days", form.day
    yield "numbers", form.credit_note_number or form.invoice_number
