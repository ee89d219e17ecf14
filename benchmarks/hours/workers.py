"""More workers beside a stack's own, as other hosts have them; as many of them as are wanted take commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from celery import Celery

from benchmarks.started import started
from benchmarks.told import tell
from orders.journal.ring import QUEUE
from project.stack.processes import procfile
from project.stack.readiness import workers_answer

FIRST = "worker"


@dataclass(slots=True)
class Workers:
    """`names`: of all, the stack's own first; `awake`: so many of them take commands."""

    app: Celery
    names: list[str]
    pids: dict[str, int]
    awake: int = field(init=False)

    def __post_init__(self) -> None:
        self.awake = len(self.names)

    def wake(self, count: int) -> None:
        """So many, and no more. Nothing may be under way."""
        for name in self.names[self.awake : count]:
            tell(self.app.control.add_consumer, name, QUEUE)
        for name in self.names[count : self.awake]:
            tell(self.app.control.cancel_consumer, name, QUEUE)
        self.awake = count


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
    ):
        yield Workers(app=app, names=names, pids=pids)
