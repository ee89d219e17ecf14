"""One migrator at a time; and who stands in its way.

An index that is built CONCURRENTLY waits for each transaction that sees something at that moment, to the end of that
transaction, and PostgreSQL cannot know that such a transaction waits for the index in turn. So a migrator's lock is
held in a transaction that sees nothing any more, it is tried for in one after the other, and each look is one of its
own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper

LOOKED_EVERY_S = 0.1
TOLD_EVERY_S = 30.0

# Of a transaction and not of a session: a pooler in between lends a connection for no longer.
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('django_migrations'))"
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"
_MIGRATORS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = hashtext('django_migrations')
"""
_HOLDERS = """
    SELECT pid, application_name, host(client_addr), state, extract(epoch FROM now() - xact_start)::int,
        usesysid IS NULL
    FROM pg_stat_activity WHERE pid = ANY(%s) ORDER BY xact_start LIMIT 3
"""
_WAITS_FOR = "SELECT pg_blocking_pids(%s)"


@dataclass(frozen=True, slots=True)
class Holder:
    """A process of the database that holds a lock. None: not ours to see. `since_s`: its transaction. `cleans`: it is
    nobody's, as only those are that vacuum by themselves; what kind it is not every owner of tables may see."""

    pid: int
    program: str | None
    host: str | None
    state: str | None
    since_s: int | None
    cleans: bool

    def __str__(self) -> str:
        if self.cleans:
            return f"process {self.pid} of the database, which vacuums"
        who = f" ({', '.join(one for one in (self.program, self.host) if one)})" if self.program or self.host else ""
        since = f", in a transaction for {self.since_s} s" if self.since_s is not None else ""
        return f"process {self.pid}{who}{since}{f', {self.state}' if self.state else ''}"


def only_cleans(holders: list[Holder]) -> bool:
    return bool(holders) and all(one.cleans for one in holders)


class Watch:
    """Who stood in the way of another connection when it was last looked. Its own one commits each look."""

    def __init__(self, connection: "psycopg.Connection[Any]", *, tell: Callable[[str], None]) -> None:
        self._connection = connection
        self._tell = tell
        self._ended = threading.Event()
        self._seen: list[Holder] = []

    def take_seen(self) -> list[Holder]:
        """Each is told once."""
        seen, self._seen = self._seen, []
        return seen

    @contextmanager
    def over(self, backend_pid: int) -> Iterator[None]:
        """Look at what this process of the database waits for, again and again; tell of it where it takes long."""
        self._ended.clear()
        thread = threading.Thread(target=self._look_at, args=[backend_pid], name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _look_at(self, backend_pid: int) -> None:
        told_at = time.monotonic()
        while not self._ended.wait(LOOKED_EVERY_S):
            try:
                (pids,) = self._connection.execute(_WAITS_FOR, [backend_pid]).fetchone() or ([],)
                if not pids:
                    told_at = time.monotonic()
                    continue
                self._seen = [Holder(*row) for row in self._connection.execute(_HOLDERS, [pids])]
            except psycopg.Error:
                return  # who stands in the way is not told then; the migration does without
            if self._seen and time.monotonic() - told_at > TOLD_EVERY_S:
                told_at = time.monotonic()
                self._tell(f"still waiting for {'; '.join(map(str, self._seen))}")


@contextmanager
def alone(database: DatabaseWrapper, *, tell: Callable[[str], None]) -> Iterator[Watch]:
    """Wait until nobody else migrates this database, and let nobody begin meanwhile. `tell`: of what is waited for.

    Locks: an advisory one.
    """
    parameters: dict[str, Any] = database.get_connection_params()
    with psycopg.connect(**parameters) as locking, psycopg.connect(**parameters, autocommit=True) as looking:
        told_at: float | None = None
        while not _locks(locking):
            if told_at is None or time.monotonic() - told_at > TOLD_EVERY_S:
                told_at = time.monotonic()
                by = ", ".join(str(pid) for (pid,) in looking.execute(_MIGRATORS)) or "unknown"
                tell(f"another migration runs (process {by} of the database); waiting for its end")
            time.sleep(LOOKED_EVERY_S)
        yield Watch(looking, tell=tell)


def _locks(connection: "psycopg.Connection[Any]") -> bool:
    """Whether its transaction holds the lock; it has none where it does not."""
    connection.execute(_PATIENT)
    (locked,) = connection.execute(_LOCK).fetchone() or [False]
    if not locked:
        connection.rollback()
    return bool(locked)
