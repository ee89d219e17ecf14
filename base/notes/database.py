"""Notes in the database, in a table of its own that is not logged: after a crash of the server it is empty.

They go over a connection of their own, of each process one: no transaction of the shop waits for a note, and none is
undone with one. Its threads use it one after the other; a host that falls silent keeps none of them for long.
"""

import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from limits import RateLimitItem
from psycopg.conninfo import conninfo_to_dict
from uuid_utils.compat import uuid4

from base.notes.port import KEPT_WITHIN_S, NotesFault
from base.sql.pooled import is_pooled
from base.sql.silence import SHORT_SILENCE

CONNECT_WITHIN_S = 2
"""To each host."""
OTHERS_WITHIN_S = 2.0
"""Those who use the connection before; about as long as a silent host is waited for."""
EMPTIED_EVERY_S = 60.0
LIMITS = "limits"

_WITHIN_MS = str(int(1_000 * KEPT_WITHIN_S))
# What is set for a session would be set for others, where a pooler lends its connections.
_WITHIN = "SELECT set_config('statement_timeout', %s, true)"
_WITHIN_OF_SESSION = "SELECT set_config('statement_timeout', %s, false)"

_PUT = """
    INSERT INTO ringup_note (book, name, value) VALUES (%s, %s, %s)
    ON CONFLICT (book, name) DO UPDATE SET value = EXCLUDED.value
"""

_ADD = """
    INSERT INTO ringup_note (book, name, amount, until)
    SELECT %(page)s, name, amount, clock_timestamp() + %(kept_s)s * interval '1 second'
    FROM unnest(%(names)s::text[], %(amounts)s::float8[]) AS one (name, amount) ORDER BY name
    ON CONFLICT (book, name) DO UPDATE SET amount = ringup_note.amount + EXCLUDED.amount, until = EXCLUDED.until
"""

_KEEP_LARGEST = """
    DELETE FROM ringup_note WHERE book = %(page)s AND name IN (
        SELECT name FROM ringup_note WHERE book = %(page)s ORDER BY amount DESC OFFSET %(rows_max)s
    )
"""

# As a part of the window before still counts: the part of it that is not over yet.
_TAKE = """
    WITH before AS (
        SELECT coalesce((
            SELECT amount FROM ringup_note WHERE book = %(book)s AND name = %(last)s
        ), 0) * %(part)s AS amount
    )
    INSERT INTO ringup_note (book, name, amount, until)
    SELECT %(book)s, %(now)s, %(cost)s, clock_timestamp() + %(kept_s)s * interval '1 second'
    FROM before WHERE floor(before.amount) + %(cost)s <= %(limit)s
    ON CONFLICT (book, name) DO UPDATE SET amount = ringup_note.amount + EXCLUDED.amount
    WHERE floor((SELECT amount FROM before) + ringup_note.amount) + EXCLUDED.amount <= %(limit)s
    RETURNING 1
"""

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%(book)s, 0))"

_COUNT = "SELECT count(*) FROM ringup_note WHERE book = %(book)s AND until > clock_timestamp()"

_TAKE_EXACTLY = f"""
    INSERT INTO ringup_note (book, name, until)
    SELECT %(book)s, %(name)s, clock_timestamp() + %(expires_s)s * interval '1 second'
    WHERE ({_COUNT}) < %(limit)s RETURNING 1
"""


class DatabaseNotes:
    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self._is_pooled = False
        self._pid = 0
        self._emptied_at = float("-inf")
        self._failed_at = float("-inf")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Until the next note."""
        with self._lock:
            if self._connection:
                self._connection.close()

    def now(self) -> float:
        ((told,),) = self._execute("SELECT extract(epoch FROM clock_timestamp())::float8", ()).fetchall()
        return float(told)

    def put(self, book: str, name: str, value: str) -> None:
        self._execute(_PUT, (book, name, value))

    def read(self, book: str) -> dict[str, str]:
        return dict(self._execute("SELECT name, value FROM ringup_note WHERE book = %s", (book,)).fetchall())

    def drop(self, book: str, names: Collection[str]) -> None:
        self._execute("DELETE FROM ringup_note WHERE book = %s AND name = ANY(%s)", (book, [*names]))

    def add(self, page: str, amounts: Mapping[str, float], *, rows_max: int, kept_s: int) -> None:
        added = {"page": page, "names": [*amounts], "amounts": [*amounts.values()], "kept_s": kept_s}
        self._execute(_ADD, added)
        self._execute(_KEEP_LARGEST, {"page": page, "rows_max": rows_max})
        self._empty()

    def sums(self, pages: Sequence[str]) -> dict[str, float]:
        sql: LiteralString = """
            SELECT name, sum(amount) FROM ringup_note WHERE book = ANY(%s) AND until > clock_timestamp() GROUP BY name
        """
        return dict(self._execute(sql, ([*pages],)).fetchall())

    def take(self, limit: RateLimitItem, name: str, *, cost: int) -> bool:
        key, expires_s, at = limit.key_for(name), limit.get_expiry(), time.time()
        number = int(at // expires_s)
        asked = {
            "book": LIMITS,
            "last": f"{key}/{number - 1}",
            "now": f"{key}/{number}",
            "part": 1 - at % expires_s / expires_s,
            "cost": cost,
            "limit": limit.amount,
            "kept_s": 2 * expires_s,
        }
        is_taken = self._execute(_TAKE, asked).fetchone() is not None
        self._empty()
        return is_taken

    def take_exactly(self, limit: RateLimitItem, name: str) -> bool:
        """One after the other: two who look at once must not both find the last place."""
        asked = {**_exactly(limit, name), "name": str(uuid4()), "expires_s": limit.get_expiry(), "limit": limit.amount}
        return self._execute(_TAKE_EXACTLY, asked, after=_ALONE).fetchone() is not None

    def has_room(self, limit: RateLimitItem, name: str) -> bool:
        ((count,),) = self._execute(_COUNT, _exactly(limit, name)).fetchall()
        return bool(count < limit.amount)

    def _empty(self) -> None:
        """What is over; now and then, by whoever comes."""
        if time.monotonic() - self._emptied_at > EMPTIED_EVERY_S:
            self._emptied_at = time.monotonic()
            self._execute("DELETE FROM ringup_note WHERE until < clock_timestamp()", ())

    def _execute(self, sql: LiteralString, params: Any, *, after: LiteralString = "") -> psycopg.Cursor[Any]:
        """`after`: a statement of the same parameters that comes before, in the same transaction."""
        try:
            with self._alone():
                return self._execute_once(sql, params, after)
        except psycopg.Error as error:
            raise NotesFault(_told(error)) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Whoever waited for a connection that could not be made does not try for as long again."""
        came_at = time.monotonic()
        if not self._lock.acquire(timeout=OTHERS_WITHIN_S):
            raise NotesFault("another thread waits for its answer")
        try:
            if self._failed_at > came_at:
                raise NotesFault("another thread could not connect")
            yield
        finally:
            self._lock.release()

    def _execute_once(self, sql: LiteralString, params: Any, after: LiteralString) -> psycopg.Cursor[Any]:
        try:
            return self._send(sql, params, after)
        except psycopg.OperationalError:
            # The server may have ended an idle connection, which says nothing about it yet.
            if self._connection is None or not self._connection.closed:
                raise
            return self._send(sql, params, after)

    def _send(self, sql: LiteralString, params: Any, after: LiteralString) -> psycopg.Cursor[Any]:
        connection = self._connected()
        if not (after or self._is_pooled):
            return connection.execute(sql, params)
        with connection.pipeline(), connection.transaction():
            if self._is_pooled:
                connection.execute(_WITHIN, [_WITHIN_MS])
            if after:
                connection.execute(after, params)
            return connection.execute(sql, params)

    def _connected(self) -> psycopg.Connection[Any]:
        """This process's: a worker's children are no copies of its connection."""
        if self._connection is None or self._connection.closed or self._pid != os.getpid():
            self._connection = None
            try:
                self._connection = self._connect()
            except psycopg.Error:
                self._failed_at = time.monotonic()
                raise
            self._pid = os.getpid()
        return self._connection

    def _connect(self) -> psycopg.Connection[Any]:
        given: dict[str, Any] = {**SHORT_SILENCE, **conninfo_to_dict(self._url)}
        connection = psycopg.connect(**{**given, "connect_timeout": CONNECT_WITHIN_S}, autocommit=True)
        self._is_pooled = is_pooled(connection)
        if self._is_pooled:
            connection.prepare_threshold = None
        else:
            connection.execute(_WITHIN_OF_SESSION, [_WITHIN_MS])
        return connection


def _exactly(limit: RateLimitItem, name: str) -> dict[str, Any]:
    return {"book": f"{LIMITS}:{limit.key_for(name)}"}


def _told(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
