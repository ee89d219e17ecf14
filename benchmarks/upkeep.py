"""Upkeep rests while contenders take turns: the sales of one turn are posted to accounting for minutes, and would be
work that the next contenders are charged for. What posting takes is measured by itself, afterwards.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from celery import Celery

from benchmarks import cpu
from project.stack.embedded.child import ServerFailed, wait_until

WORKER, QUEUE = "worker-io", "io"
RELAY = "upkeep.relay_outbox"
ANSWERS_WITHIN_S, BEGINS_WITHIN_S = 5, 60

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
        _tell(app, app.control.cancel_consumer, worker, queue)
        try:
            yield
        finally:
            _tell(app, app.control.add_consumer, worker, queue)


def post(seconds: float, *, broker_url: str, database_url: str, pids: Mapping[str, int]) -> Posting:
    """Have waiting entries posted, and look on for so long once it goes."""
    with (
        Celery(broker=broker_url, set_as_current=False) as app,
        psycopg.connect(database_url, autocommit=True) as database,
    ):
        none, waited = _count(database, _POSTED), _count(database, _WAITING)
        app.send_task(RELAY, queue=QUEUE)
        if not wait_until(lambda: _count(database, _POSTED) > none, seconds=BEGINS_WITHIN_S):
            raise ServerFailed("not one entry was posted to accounting")
        before, first, began_at = cpu.spent(pids), _count(database, _POSTED), time.perf_counter()
        time.sleep(seconds)
        posted, elapsed_s = _count(database, _POSTED) - first, time.perf_counter() - began_at
        spent = cpu.between(before, cpu.spent(pids))
    return Posting(
        waited=waited,
        entries_per_s=posted / elapsed_s,
        cpu_ms_per_entry={name: seconds_ / max(posted, 1) * 1000 for name, seconds_ in spent.items()},
    )


def _tell(app: Celery, call: Callable[..., Any], worker: str, queue: str) -> None:
    """Every worker answers by its full name; the one that is meant must have obeyed."""
    names = [name for reply in app.control.ping(timeout=ANSWERS_WITHIN_S / 5) for name in reply]
    destination = [name for name in names if name.startswith(f"{worker}@")]
    replies = call(queue, destination=destination, reply=True, timeout=ANSWERS_WITHIN_S, limit=1) if destination else []
    if not any("ok" in answer for reply in replies for answer in reply.values()):
        raise ServerFailed(f"{worker} does not answer")


def _count(database: psycopg.Connection[Any], sql: str) -> int:
    (count,) = database.execute(sql.encode()).fetchone() or (0,)
    return int(count)
