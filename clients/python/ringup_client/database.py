"""An SQLite file that keeps what it was told, whatever dies: a transaction is on disk when it has ended."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from ringup_client.errors import BadFile

RELEASE = 1
BUSY_S = 30.0
"""How long another process may take to write."""
SCHEMA = """
CREATE TABLE commands (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    order_id TEXT,
    item TEXT NOT NULL,
    sold_at TEXT NOT NULL,
    state TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '{}',
    tries INTEGER NOT NULL DEFAULT 0,
    final_at TEXT,
    CHECK ((final_at IS NOT NULL) = (state IN ('refused', 'succeeded', 'rejected', 'dismissed')))
);
CREATE INDEX commands_open ON commands (number)
    WHERE state IN ('unsent', 'unknown', 'pending', 'awaiting', 'parked');
CREATE INDEX commands_final ON commands (final_at) WHERE final_at IS NOT NULL;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Run: TypeAlias = Callable[..., sqlite3.Cursor]


def marks(words: "frozenset[Any]") -> str:
    """A list of our own words, as SQL writes it."""
    return f"({', '.join(repr(str(word)) for word in sorted(words))})"


class Database:
    """Threads may share it: each transaction has the connection to itself."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._lock = threading.RLock()
        # Nobody else may read the terminal's key in it.
        Path(path).touch(mode=0o600)
        self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            # A commit is on disk when it returns, not only with the system.
            self._connection.execute("PRAGMA synchronous = FULL")
            if self._connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._make()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise BadFile(f"{path}: {error}") from error
        except BadFile:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Run]:
        with self._lock:
            yield self._connection.execute

    def _make(self) -> None:
        with self.transaction() as run:
            release = run("PRAGMA user_version").fetchone()[0]
            if release > RELEASE or (not release and run("SELECT 1 FROM sqlite_schema").fetchone()):
                raise BadFile("The file is not one of a till, or of a newer release.")
            if not release:
                for statement in SCHEMA.split(";"):
                    run(statement)
                run(f"PRAGMA user_version = {RELEASE}")
