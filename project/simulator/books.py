"""The simulator's books: one SQLite file. What was answered is on disk first (WAL, synchronous=FULL)."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS series (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS draft_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL UNIQUE,
    store TEXT NOT NULL, count INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS draft (
    number TEXT PRIMARY KEY, request_id INTEGER NOT NULL REFERENCES draft_request (id),
    position INTEGER NOT NULL, UNIQUE (request_id, position)
);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL UNIQUE,
    store TEXT NOT NULL, invoice_number TEXT NOT NULL, credit_note_number TEXT, kind TEXT NOT NULL,
    currency TEXT NOT NULL, occurred_at TEXT NOT NULL, day TEXT NOT NULL, postings TEXT NOT NULL,
    booked_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS closed (until TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (what TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (what, name));
CREATE TABLE IF NOT EXISTS void (number TEXT PRIMARY KEY REFERENCES draft (number), reason TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS invoice_once ON journal (store, invoice_number) WHERE kind = 'sale';
CREATE UNIQUE INDEX IF NOT EXISTS credit_note_once ON journal (store, credit_note_number);
"""


class Books:
    """One connection, used by one request at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
