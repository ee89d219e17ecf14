"""What the shop asks of its broker itself, beside what Celery does: to ring, to announce and to hear.

There are two adapters: `base.broker.redis` for Redis and Valkey, `base.broker.amqp` for RabbitMQ. Nothing that matters
is in a broker, so each may lose what it was given; what it may not do is hold anybody up.
"""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, Protocol

ANSWERS_WITHIN_S = 0.3
"""Who rings or announces waits no longer than that for an answer."""


class BrokerFault(Exception):
    """The broker did not answer, or not as agreed. What it was given may have arrived."""


class Ring(NamedTuple):
    """A task for Celery, in its protocol 2: a body in JSON, and headers that tell what to call."""

    task_id: str
    body: bytes
    headers: dict[str, Any]


class DeadLetter(NamedTuple):
    """A message that nobody could take. `task`, `body`: as far as they can be read. `reason`: in the broker's word."""

    task: str
    body: str
    queue: str
    reason: str
    at: datetime | None


class Rings(Protocol):
    """A queue that is rung on, over one connection: threads take turns."""

    def packed(self, ring: Ring) -> Any:
        """As `push` wants it: made while another thread has its turn."""
        ...

    def push(self, packed: Any, *, though_one_waits: bool) -> None:
        """Nothing is added where as many messages wait as may, nor where a ring waits, unless it shall be anyway.
        Raises BrokerFault."""
        ...


class News(Protocol):
    """What all web processes are told."""

    def announce(self, said: bytes) -> None:
        """Threads may share it. Raises BrokerFault."""
        ...

    def heard(self, closed: threading.Event) -> Iterator[bytes | None]:
        """What is announced from now on, over a connection of its own, until `closed`; None: from here on all of it is
        heard. Raises BrokerFault."""
        ...


class Broker(Protocol):
    def rings(self, queue: str, *, waiting_max: int) -> Rings: ...

    def news(self, channel: str) -> News: ...

    def ping(self, *, within_s: float) -> None:
        """Raises BrokerFault."""
        ...

    def version(self, *, within_s: float) -> str:
        """Which program it is, and which release of it. Raises BrokerFault."""
        ...

    def waiting(self, queue: str) -> int:
        """Messages that nobody has taken, for who asks again and again. Raises BrokerFault."""
        ...

    def dead_letters(self, *, within_s: float) -> int:
        """How many wait for a person. Raises BrokerFault."""
        ...

    def read_dead_letters(self, *, within_s: float, drop: bool) -> list[DeadLetter]:
        """The oldest first; `drop`: then they are gone. Raises BrokerFault."""
        ...
