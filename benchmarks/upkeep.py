"""Upkeep rests while contenders take turns: the sales of one turn are posted to accounting for minutes, and would be
work that the next contenders are charged for. What posting takes is measured by itself, afterwards.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from celery import Celery

from benchmarks.host import cpu
from benchmarks.told import tell
from project.stack.embedded.child import ServerFailed, wait_until

WORKER, QUEUE = "worker-io", "io"
RELAY = "upkeep.relay_outbox"
POSTS_WITHIN_S = 60

_POSTED = "SELECT count(*) FROM orders_journalentry WHERE state = 'posted'"
_WAITING = "SELECT count(*) FROM orders_journalentry WHERE state = 'pending'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """`waited`: entries, when posting began. `cpu_ms_per_entry`: by program; the same figure is seconds for 1,000."""

    waited: int
    entries_per_s: float
    cpu_ms_per_entry: Mapping[str, float]


@contextmanager
def resting(broker_url: str, *, worker: str = WORKER, queue: str = QUEUE) -> Iterator[None]:
    """Nobody takes messages of this queue meanwhile; what a worker has begun it ends."""
    with Celery(broker=broker_url, set_as_current=False) as app:
        tell(app.control.cancel_consumer, worker, queue)
        try:
            yield
        finally:
            tell(app.control.add_consumer, worker, queue)


def post(seconds: float, *, broker_url: str, database_url: str, pids: Mapping[str, int]) -> Posting:
    """Have waiting entries posted, and look on for so long once it goes, and until the next of them are posted: that
    may take longer on a slow machine."""
    with (
        Celery(broker=broker_url, set_as_current=False) as app,
        psycopg.connect(database_url, autocommit=True) as database,
    ):
        none, waited = _count(database, _POSTED), _count(database, _WAITING)
        app.send_task(RELAY, queue=QUEUE)
        _wait_for_more(database, none)
        before, first, began_at = cpu.spent(pids), _count(database, _POSTED), time.perf_counter()
        time.sleep(seconds)
        _wait_for_more(database, first)
        posted, elapsed_s = _count(database, _POSTED) - first, time.perf_counter() - began_at
        spent = cpu.between(before, cpu.spent(pids))
    return Posting(
        waited=waited,
        entries_per_s=posted / elapsed_s,
        cpu_ms_per_entry={name: seconds_ / max(posted, 1) * 1000 for name, seconds_ in spent.items()},
    )


def _wait_for_more(database: psycopg.Connection[Any], posted: int) -> None:
    if not wait_until(lambda: _count(database, _POSTED) > posted, seconds=POSTS_WITHIN_S):
        raise ServerFailed(f"no more than {posted} entries were posted to accounting")


def _count(database: psycopg.Connection[Any], sql: str) -> int:
    (count,) = database.execute(sql.encode()).fetchone() or (0,)
    return int(count)
