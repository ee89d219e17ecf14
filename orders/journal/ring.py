"""Ringing: a Celery message that makes a worker look at the journal. Best effort, after the commit.

Whoever takes a ring settles what it names, and then what else is pending. So nobody need ring while a ring waits that
will be taken after the commit: who takes it finds the new command, too. Whether one waits is told by the queue itself,
in the same step that would add to it. A ring that is taken, or lost with its broker or its worker, waits no more.

The message is Celery's protocol 2 (docs.celeryq.dev, "Message Protocol") in the envelope of kombu's Redis transport,
written here because Celery's own publisher takes longer than all the rest of accepting a command; a test holds the two
equal. It goes to the queue's list by name, so that no binding can be lost.
"""

import logging
import os
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, partial
from itertools import count
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from prometheus_client import Counter
from pydantic_core import to_json
from uuid_utils.compat import uuid4

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

QUEUE = "commands"
WAITING_MAX = 100
"""Messages in the queue, whoever rings: what would be one more is left to the sweeper."""

SINGLY_MAX = 20
TOGETHER_MAX = 100
_TIMEOUT_S = 0.3
_SILENCE_S = 1.0

# The newest message tells: each ring is added behind it. What Celery has written is no ring that waits: a retry is kept
# back until its time, and a message that comes again is for what it names alone. Its JSON has a blank there.
_RING = """
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
local newest = redis.call('LINDEX', KEYS[1], 0)
if ARGV[3] == '' and newest and string.find(newest, '"eta":null', 1, true) then return 0 end
return redis.call('LPUSH', KEYS[1], ARGV[1])
"""

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
    """One message for all of these commands, which are committed: whoever hears it finds them."""
    match rung:
        case []:
            return
        case [Rung(kind, OrderSubject(order_id), command_id)]:
            ring(kind, order_id, command_id, though_one_waits=though_one_waits)
        case [Rung(kind, StoreSubject(store_id), command_id)]:
            ring_stock(kind, store_id, command_id, though_one_waits=though_one_waits)
        case [Rung(kind, DrawerSubject(drawer_id), command_id)]:
            ring_drawer(kind, drawer_id, command_id)
        case _:
            subjects = dict.fromkeys(one.subject for one in rung)
            ring_bulk(subjects, [one.command_id for one in rung], though_one_waits=though_one_waits)


def ring(kind: Kind, order_id: UUID, command_id: UUID, *, though_one_waits: bool = False) -> None:
    """Ring for one command of an order."""
    told = {"order_id": str(order_id), "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, though_one_waits=though_one_waits)


def ring_stock(kind: Kind, store_id: int, command_id: UUID, *, though_one_waits: bool = False) -> None:
    """Ring for one stock command."""
    told = {"store_id": store_id, "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, though_one_waits=though_one_waits)


def ring_drawer(kind: Kind, drawer_id: int, command_id: UUID) -> None:
    """Ring for one command of a terminal's drawer, though a ring waits: only by its name is it found."""
    told = {"drawer_id": drawer_id, "command_id": str(command_id)}
    _send(f"orders.{kind}", str(command_id), told, though_one_waits=True)


def ring_bulk(subjects: Collection[Subject], command_ids: Collection[UUID], *, though_one_waits: bool = False) -> None:
    """Ring once for many commands; for none by name, but for what is pending, where nobody is named."""
    drawers = drawer_ids(subjects)
    told = {
        "order_ids": [str(id_) for id_ in order_ids(subjects)],
        "store_ids": store_ids(subjects),
        "drawer_ids": drawers,
        "command_ids": [str(id_) for id_ in command_ids],
    }
    _send("orders.bulk", str(uuid4()), told, though_one_waits=though_one_waits or bool(drawers))


def message(task: str, task_id: str, kwargs: Mapping[str, Any]) -> bytes:
    """One task without a result, for kombu's Redis transport."""
    body = to_json([[], kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    envelope = {
        "body": b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
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
        },
        "properties": {
            "correlation_id": task_id,
            "reply_to": "",
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": QUEUE},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid4()),
        },
    }
    return to_json(envelope)


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

    def __init__(self, url: str) -> None:
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=None
        )
        self._connection = self._pool.make_connection()
        self._shared = Shared()
        self._silent_until = 0.0

    def send(self, payload: bytes, *, though_one_waits: bool) -> None:
        """Nothing is added where as many messages wait as may, nor where a ring waits, unless it shall be anyway. Nor
        for a command that was committed before another thread began to ring: who takes that ring finds it."""
        step = partial(self._send, payload, b"1" if though_one_waits else b"")
        self._shared.take(step, anyway=though_one_waits)

    def _send(self, *given: bytes) -> None:
        if time.monotonic() < self._silent_until:
            ring_failures.inc()
            return
        try:
            self._push(*given)
        except (redis.RedisError, OSError) as error:
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            self._silent_until = time.monotonic() + _SILENCE_S
            ring_failures.inc()
            log.warning("ring: the broker did not take it, the sweeper will ring: %s", error)

    def _push(self, *given: bytes) -> None:
        try:
            self._push_once(*given)
        except redis.ConnectionError:
            # An idle connection may have been closed by the other side: that says nothing about the broker yet. Of one
            # that is silent it is redis.TimeoutError, another kind, and nobody waits for it twice.
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            self._push_once(*given)

    def _push_once(self, payload: bytes, though_one_waits: bytes) -> None:
        self._connection.send_command(  # type: ignore[no-untyped-call]
            "EVAL", _RING, 1, QUEUE, payload, WAITING_MAX, though_one_waits
        )
        self._connection.read_response()


def _send(task: str, task_id: str, kwargs: Mapping[str, Any], *, though_one_waits: bool) -> None:
    _line(settings.BROKER_URL).send(message(task, task_id, kwargs), though_one_waits=though_one_waits)


@cache
def _line(url: str) -> Line:
    return Line(url)


@cache
def _origin() -> str:
    return f"gen{os.getpid()}@{socket.gethostname()}"
