"""The real database seen from outside: who waits for whom, whose connection is gone, and what time it is there."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg

GONE_AFTER_S = 0.0005
"""So soon it is looked again whether a connection is gone: the server itself would look after 0.1 s."""


class Server:
    def __init__(self, url: str) -> None:
        self._connection = psycopg.Connection.connect(url, autocommit=True, prepare_threshold=0)
        self._url = url
        self._reader: psycopg.Connection[Any] | None = None
        self._time: int | None = None
        self._is_here = _is_here(self._connection.info.backend_pid)

    @contextmanager
    def standing_still(self, pid: int) -> Iterator[None]:
        """Whoever waits for a lock has it once that is free, and does nothing with it until the end of this.

        At a server of another machine it goes on at once: a seed is then not always the same run."""
        if not self._is_here:
            yield
            return
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def keep_versions(self) -> None:
        """Of all rows, from now until the others are ended: rows come in the order in which they lie, and where a new
        one has room goes by which old ones nobody sees any more, in the whole server."""
        self._reader = psycopg.Connection.connect(self._url)
        self._reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._reader.execute("SELECT")

    def waits(self, pids: list[int]) -> dict[int, list[int]]:
        sql = "SELECT pid, pg_blocking_pids(pid) FROM unnest(%s::int[]) AS given (pid)"
        return {pid: by for pid, by in self._connection.execute(sql, (pids,)) if by}

    def cancel(self, pid: int) -> None:
        self._connection.execute("SELECT pg_cancel_backend(%s)", (pid,))

    def end(self, pid: int) -> None:
        """Until it is gone, with its locks."""
        self._until_gone("SELECT pid, pg_terminate_backend(pid) FROM pg_stat_get_activity(%s)", (pid,))

    def end_others(self) -> None:
        if self._reader:
            self._reader.close()
        sql = """
            SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        """
        self._until_gone(sql, ())

    def _until_gone(self, ends: LiteralString, params: Sequence[Any]) -> None:
        """`ends`: whoever is not gone."""
        while self._connection.execute(ends, params).fetchall():
            time.sleep(GONE_AFTER_S)

    def tell_time(self, milliseconds: int) -> None:
        """From the next statement on."""
        self._time = milliseconds

    def in_time(self) -> None:
        """It is told what time it is, if it does not know."""
        if self._time is not None:
            self._connection.execute("SELECT setval('sim.clock', %s::bigint)", (self._time,))
            self._time = None

    def execute(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        self.in_time()
        return self._connection.execute(sql.encode(), params).fetchall()

    def run(self, sql: str) -> None:
        self._connection.execute(sql.encode(), prepare=False)

    def close(self) -> None:
        if self._reader:
            self._reader.close()
        self._connection.close()


def _is_here(pid: int) -> bool:
    """Whether a process of the server's is one of this machine, which may be told to stand still."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False
