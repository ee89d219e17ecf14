"""More workers beside a stack's own, as other hosts have them; as many of them as are wanted take commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from celery import Celery

from benchmarks.started import started
from benchmarks.told import tell
from orders.journal.ring import QUEUE
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.processes import procfile
from project.stack.readiness import workers_answer

FIRST = "worker"
DOZES_WITHIN_S = 10
LOOKS = 20


@dataclass(slots=True)
class Workers:
    """`names`: of all, the stack's own first; `awake`: so many of them take commands."""

    app: Celery
    broker: redis.Redis
    names: list[str]
    pids: dict[str, int]
    awake: int = field(init=False)

    def __post_init__(self) -> None:
        self.awake = len(self.names)

    def wake(self, count: int) -> None:
        """So many, and no more. Nothing may be under way.

        A worker that was told to leave its queue alone has still asked the broker for the next message, for a second:
        one that came would go to it and be of no use, until the sweeper rings again.
        """
        for name in self.names[self.awake : count]:
            tell(self.app.control.add_consumer, name, QUEUE)
        # Each is between two questions for a moment, now and then.
        listening = max(self._listening() for _ in range(LOOKS)) - max(0, self.awake - count)
        for name in self.names[count : self.awake]:
            tell(self.app.control.cancel_consumer, name, QUEUE)
        self.awake = count
        if not wait_until(lambda: self._listening() <= listening, seconds=DOZES_WITHIN_S):
            raise ServerFailed("a worker does not leave its queue alone")

    def _listening(self) -> int:
        """Connections that wait for a message, in all queues."""
        return int(self.broker.info("clients")["blocked_clients"])


def named(count: int) -> list[str]:
    return [FIRST, *(f"{FIRST}-{number}" for number in range(2, count + 1))]


@contextmanager
def more_workers(count: int, *, home: Path, broker_url: str) -> Iterator[Workers]:
    """`count`: with the stack's own, which have the database of this process's environment."""
    names = named(count)
    line = procfile()[FIRST]
    commands = {name: line.replace(f" {FIRST}@%h ", f" {name}@%h ") for name in names[1:]}
    with (
        started(
            commands,
            home=home,
            ready={names[-1]: lambda: workers_answer(broker_url, set(names))},
            RINGUP_HOME=str(home),
            BROKER_URL=broker_url,
        ) as pids,
        Celery(broker=broker_url, set_as_current=False) as app,
        redis.Redis.from_url(broker_url) as broker,
    ):
        yield Workers(app=app, broker=broker, names=names, pids=pids)
