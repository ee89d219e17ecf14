"""What is watched while tills call: the memory of each program, and how much is waiting where."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import redis

from benchmarks.host.resident import members, resident
from orders.journal.ring import QUEUE

EVERY_S = 1.0
_PENDING = """SELECT count(*), coalesce(extract(epoch FROM now() - min(accepted_at)), 0)
    FROM orders_command WHERE state = 'pending'"""


@dataclass(slots=True)
class Watched:
    """`memory_mb`: by program, a figure each second; `pending`, `oldest_s`: commands that are not settled, and for how
    long the oldest is not; `rings`: messages that no worker has taken."""

    memory_mb: dict[str, list[float]] = field(default_factory=dict)
    pending: list[int] = field(default_factory=list)
    oldest_s: list[float] = field(default_factory=list)
    rings: list[int] = field(default_factory=list)


@contextmanager
def watched(pids: Mapping[str, int], *, database_url: str, broker_url: str) -> Iterator[Watched]:
    seen, over = Watched(), threading.Event()
    with (
        psycopg.connect(database_url, autocommit=True) as database,
        redis.Redis.from_url(broker_url) as broker,
    ):

        def look() -> None:
            while not over.wait(EVERY_S):
                for name, of_program in members(pids).items():
                    seen.memory_mb.setdefault(name, []).append(resident(of_program).pss)
                pending, oldest_s = database.execute(_PENDING, prepare=True).fetchone() or (0, 0)
                seen.pending.append(int(pending))
                seen.oldest_s.append(float(oldest_s))
                seen.rings.append(broker.llen(QUEUE))

        looking = threading.Thread(target=look, name="watch", daemon=True)
        looking.start()
        try:
            yield seen
        finally:
            over.set()
            looking.join()
