"""Ringing: a Celery message that makes a worker look at the journal. Best effort, after the commit.

Whoever takes a ring settles what it names, and then what else is pending. So nobody need ring while a ring waits that
will be taken after the commit: who takes it finds the new command, too. Whether one waits is told by the queue itself,
in the same step that would add to it. A ring that is taken, or lost with its broker or its worker, waits no more.

The message is Celery's protocol 2 (docs.celeryq.dev, "Message Protocol"), written here because Celery's own publisher
takes longer than all the rest of accepting a command; how it travels, the broker's adapter knows (base.broker).
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, partial
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from prometheus_client import Counter
from pydantic_core import to_json
from uuid_utils.compat import uuid4

from base.broker.choose import broker_at
from base.broker.port import BrokerFault, Ring, Rings
from base.causes import why
from base.sql.faults import DATABASE_ERRORS
from orders.commands.core.machine import Kind
from orders.journal.core.batch import (
    DrawerSubject,
    OrderSubject,
    Rung,
    StoreSubject,
    Subject,
    drawer_ids,
    order_ids,
    store_ids,
)
from orders.journal.core.shares import COMMANDS
from orders.journal.db.shares import by_queue

QUEUE = COMMANDS
WAITING_MAX = 100
"""Messages in a queue, whoever rings: what would be one more is left to the sweeper."""

SINGLY_MAX = 20
TOGETHER_MAX = 100
_SILENCE_S = 1.0

log = logging.getLogger(__name__)
ring_failures = Counter("ringup_ring_failures", "Rings that reached no broker; the sweeper rings again.")


def ring_each(rung: Sequence[Rung]) -> None:
    """For what a task has found, though a ring waits: by its name that is found which no other ring's batch takes. Few
    are rung for one by one, under their own names in Flower; many by the hundred, so that several workers have some.
    """
    size = 1 if len(rung) <= SINGLY_MAX else TOGETHER_MAX
    for start in range(0, len(rung), size):
        ring_for(rung[start : start + size], though_one_waits=True)


def ring_for(rung: Sequence[Rung], *, though_one_waits: bool = False) -> None:
    """One message for all of these commands, which are committed: whoever hears it finds them. One on each queue, where
    some have their own."""
    try:
        on_queues = by_queue(rung)
    except DATABASE_ERRORS as error:
        ring_failures.inc()
        log.warning("ring: nobody can tell on which queue, the sweeper will ring: %s", why(error))
        return
    for queue, its in on_queues.items():
        _ring_on(queue, its, though_one_waits=though_one_waits)


def _ring_on(queue: str, rung: Sequence[Rung], *, though_one_waits: bool) -> None:
    match rung:
        case []:
            return
        case [Rung(Kind() as kind, OrderSubject(order_id), command_id)]:
            ring(kind, order_id, command_id, queue=queue, though_one_waits=though_one_waits)
        case [Rung(Kind() as kind, StoreSubject(store_id), command_id)]:
            ring_stock(kind, store_id, command_id, queue=queue, though_one_waits=though_one_waits)
        case [Rung(Kind() as kind, DrawerSubject(drawer_id), command_id)]:
            ring_drawer(kind, drawer_id, command_id, queue=queue)
        case _:
            subjects, ids = dict.fromkeys(one.subject for one in rung), [one.command_id for one in rung]
            ring_bulk(subjects, ids, queue=queue, though_one_waits=though_one_waits)


def ring(
    kind: Kind, order_id: UUID, command_id: UUID, *, queue: str = COMMANDS, though_one_waits: bool = False
) -> None:
    """Ring for one command of an order."""
    told = {"order_id": str(order_id), "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, queue=queue, though_one_waits=though_one_waits)


def ring_stock(
    kind: Kind, store_id: int, command_id: UUID, *, queue: str = COMMANDS, though_one_waits: bool = False
) -> None:
    """Ring for one stock command."""
    told = {"store_id": store_id, "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, queue=queue, though_one_waits=though_one_waits)


def ring_drawer(kind: Kind, drawer_id: int, command_id: UUID, *, queue: str = COMMANDS) -> None:
    """Ring for one command of a terminal's drawer, though a ring waits: only by its name is it found."""
    told = {"drawer_id": drawer_id, "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, queue=queue, though_one_waits=True)


def ring_bulk(
    subjects: Collection[Subject],
    command_ids: Collection[UUID],
    *,
    queue: str = COMMANDS,
    though_one_waits: bool = False,
) -> None:
    """Ring once for many commands; for none by name, but for what is pending, where nobody is named."""
    drawers = drawer_ids(subjects)
    told = {
        "order_ids": [str(id_) for id_ in order_ids(subjects)],
        "store_ids": store_ids(subjects),
        "drawer_ids": drawers,
        "command_ids": [str(id_) for id_ in command_ids],
    }
    _send("orders.bulk", str(uuid4()), told, queue=queue, though_one_waits=though_one_waits or bool(drawers))


def message(task: str, task_id: str, kwargs: Mapping[str, Any]) -> Ring:
    """One task without a result."""
    headers: dict[str, Any] = {
        "lang": "py",
        "task": task,
        "id": task_id,
        "shadow": None,
        "eta": None,
        "expires": None,
        "group": None,
        "group_index": None,
        "retries": 0,
        "timelimit": [None, None],
        "root_id": task_id,
        "parent_id": None,
        "argsrepr": "()",
        "kwargsrepr": repr(kwargs),
        "origin": _origin(),
        "ignore_result": True,
        "replaced_task_nesting": 0,
        "stamped_headers": None,
        "stamps": {},
    }
    body = to_json([[], kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    return Ring(task_id, body, headers)


class Shared:
    """A step that one thread takes for all who came before it began: they wait for each other anyway. `came`: how many
    did."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.came = 0
        self._covered = 0

    def take(self, step: Callable[[], None], *, anyway: bool) -> None:
        """`anyway`: whatever others have taken."""
        number = self.came = next(self._numbers)
        with self._lock:
            if anyway or number > self._covered:
                self._covered = self.came
                step()


class Line:
    """The connection to the broker. After a failure it is left alone for a moment, so that tills are not slowed."""

    def __init__(self, rings: Rings) -> None:
        self._rings = rings
        self._shared = Shared()
        self._silent_until = 0.0

    def send(self, ring: Ring, *, though_one_waits: bool) -> None:
        """Nothing is added where as many messages wait as may, nor where a ring waits, unless it shall be anyway. Nor
        for a command that was committed before another thread began to ring: who takes that ring finds it."""
        step = partial(self._send, self._rings.packed(ring), though_one_waits=though_one_waits)
        self._shared.take(step, anyway=though_one_waits)

    def _send(self, packed: Any, *, though_one_waits: bool) -> None:
        if time.monotonic() < self._silent_until:
            ring_failures.inc()
            return
        try:
            self._rings.push(packed, though_one_waits=though_one_waits)
        except BrokerFault as error:
            self._silent_until = time.monotonic() + _SILENCE_S
            ring_failures.inc()
            log.warning("ring: the broker did not take it, the sweeper will ring: %s", why(error))


def _send(task: str, task_id: str, kwargs: Mapping[str, Any], *, queue: str, though_one_waits: bool) -> None:
    _line(settings.BROKER_URL, queue).send(message(task, task_id, kwargs), though_one_waits=though_one_waits)


@cache
def _line(url: str, queue: str) -> Line:
    return Line(broker_at(url).rings(queue, waiting_max=WAITING_MAX))


@cache
def _origin() -> str:
    return f"gen{os.getpid()}@{socket.gethostname()}"
