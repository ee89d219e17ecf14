"""A broker that loses, doubles, delays and reorders messages, goes away, and comes back empty.

What it takes over from Celery: a message stays until its task has ended; one whose worker died comes again, marked as
such; a retry and what is sent for later come in time. What it takes over from orders.journal.ring's Lua: nobody rings
while a ring waits, and a queue has an end.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from celery.exceptions import Retry
from kombu.exceptions import OperationalError

from orders.journal.ring import WAITING_MAX
from tests.simulation.actors import At, Killed, Pause, here
from tests.simulation.clock import Clock

COMMANDS, IO = "commands", "io"
AGAIN_AFTER_S = (2.0, 120.0)
"""A child that died; a machine that died (visibility_timeout)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    task: str
    kwargs: Mapping[str, Any]
    due_s: float
    ends_s: float | None = None
    retries: int = 0
    is_redelivered: bool = False
    is_ring: bool = False


class Broker:
    """`kinds`: which faults it has; `rate`: of each message."""

    def __init__(self, clock: Clock, chance: random.Random, kinds: frozenset[str], rate: float) -> None:
        self._clock, self._chance = clock, chance
        self.kinds, self.rate = kinds, rate
        self.queues: dict[str, list[Message]] = {COMMANDS: [], IO: []}
        self.down_until = 0.0

    @property
    def is_down(self) -> bool:
        return self._clock.now_s < self.down_until

    def fail(self) -> None:
        """Now and then, between two steps."""
        if self._has("broker_down"):
            self.down_until = self._clock.now_s + self._chance.choice([0.5, 5, 60])
        if self._has("broker_wiped"):
            for queue in self.queues.values():
                queue.clear()

    def has(self, queue: str) -> bool:
        return not self.is_down and any(self._is_due(one) for one in self.queues[queue])

    def times(self) -> list[float]:
        """When what waits is due."""
        return [one.due_s for queue in self.queues.values() for one in queue]

    @contextmanager
    def taken(self, queue: str) -> Iterator[Message | None]:
        """A message, which comes again if its worker dies meanwhile."""
        message = self._take(queue)
        try:
            yield message
        except Killed:
            if message:
                after_s = self._chance.choice(AGAIN_AFTER_S)
                again = replace(message, is_redelivered=True, is_ring=False, due_s=self._clock.now_s + after_s)
                self.queues[queue].append(again)
            raise

    def ring(self, task: str, _: str, kwargs: Mapping[str, Any], *, queue: str, though_one_waits: bool) -> None:
        """As `orders.journal.ring._send`: a dead broker costs nothing."""
        self._pause()
        waiting = self.queues[queue]
        if self.is_down or len(waiting) >= WAITING_MAX or (not though_one_waits and waiting and waiting[-1].is_ring):
            return
        self._put(queue, Message(task=task, kwargs=kwargs, due_s=self._clock.now_s, is_ring=True))

    def send_task(self, task: str, *, countdown: float | None = None, expires: float | None = None, **_: Any) -> None:
        """As Celery's."""
        self._pause()
        if self.is_down:
            raise OperationalError("the broker is away (simulated)")
        now = self._clock.now_s
        ends_s = now + (countdown or 0) + expires if expires else None
        self._put(IO, Message(task=task, kwargs={}, due_s=now + (countdown or 0), ends_s=ends_s))

    def retry(self, message: Message, countdown: float) -> Retry:
        self._pause()
        due_s = self._clock.now_s + countdown
        self._put(
            COMMANDS,
            replace(message, retries=message.retries + 1, due_s=due_s, is_ring=False, is_redelivered=False),
        )
        return Retry("simulated")

    def _pause(self) -> None:
        if actor := here():
            actor.wait(Pause(At.SEND))

    def _put(self, queue: str, message: Message) -> None:
        if self._has("drop"):
            return
        if self._has("delay"):
            message = replace(message, due_s=message.due_s + self._chance.choice([0.1, 3, 100]))
        self.queues[queue].append(message)
        if self._has("double"):
            self.queues[queue].append(replace(message, is_ring=False))

    def _take(self, queue: str) -> Message | None:
        if self.is_down:
            return None
        now = self._clock.now_s
        self.queues[queue] = [one for one in self.queues[queue] if one.ends_s is None or one.ends_s >= now]
        due = [one for one in self.queues[queue] if self._is_due(one)]
        if not due:
            return None
        message = self._chance.choice(due) if "reorder" in self.kinds else due[0]
        self.queues[queue].remove(message)
        return message

    def _is_due(self, message: Message) -> bool:
        return message.due_s <= self._clock.now_s

    def _has(self, kind: str) -> bool:
        return kind in self.kinds and self._chance.random() < self.rate
