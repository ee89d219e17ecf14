"""RabbitMQ: quorum queues with a delivery limit and dead letters, confirms, and a fanout for what is announced.

Whether a ring waits is asked of the queue itself, and a ring is added in a second step: processes that ring at the same
instant may add one each, and no more, since the next one sees them.

A message that comes again and again, since each worker that takes it dies, is a dead letter in the end, and so is one
that no worker understands; all others forget nothing of their journal.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import amqp
from amqp.exceptions import NotFound
from kombu import Exchange, Queue

from base.broker.line import Line, connected
from base.broker.port import DeadLetter, Ring

CONNECT_TIMEOUT_S = 1.0
LISTEN_TIMEOUT_S = 1.0
HEARTBEAT_S = 10
"""Of who listens: twice as long without a word, and the other side is gone."""

DELIVERY_LIMIT = 25
"""A command that kills its worker is parked before (workers.isolate): what comes more often is no command's fault."""
DEAD_MAX = 1_000
"""The oldest go first."""
LOOKED_AT_MAX = 1_000_000
"""So often may a person look at a dead letter without throwing it away."""
SHOWN_MAX = 200
UNHEARD_MAX = 10_000
"""Announcements that a web process has not read yet."""

NOBODY = "ringup.nobody"
"""No queue is called so: what goes there is confirmed, and thrown away."""

TASKS = Exchange("ringup", type="topic", durable=True)  # what is sent for later comes by no direct one
DEAD = Queue(
    "ringup.dead",
    Exchange("ringup.dead", type="fanout", durable=True),
    queue_arguments={"x-queue-type": "quorum", "x-max-length": DEAD_MAX, "x-delivery-limit": LOOKED_AT_MAX},
)


def queue(name: str) -> Queue:
    """As workers have it, too: a queue that was made otherwise is refused."""
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD.exchange.name,
    }
    return Queue(name, TASKS, routing_key=name, queue_arguments=arguments)


class Amqp:
    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = Line(url)
        self._lock = threading.Lock()

    def rings(self, queue: str, *, waiting_max: int) -> "AmqpRings":
        return AmqpRings(self._url, queue, waiting_max)

    def news(self, channel: str) -> "AmqpNews":
        return AmqpNews(self._url, channel)

    def ping(self, *, within_s: float) -> None:
        """One whose memory or disk is low lets everybody in, and takes nothing."""
        with connected(self._url, within_s=within_s) as connection:
            connection.channel().basic_publish(amqp.Message(b""), routing_key=NOBODY)

    def version(self, *, within_s: float) -> str:
        with connected(self._url, within_s=within_s) as connection:
            server = connection.server_properties
        return f"{server['product'].lower()} {server['version']}"

    def waiting(self, queue: str) -> int:
        with self._lock:
            try:
                return self._kept.take(lambda channel: _ready(channel, queue))
            except NotFound:
                return 0

    def dead_letters(self, *, within_s: float) -> int:
        with connected(self._url, within_s=within_s) as connection:
            try:
                return _ready(connection.channel(), DEAD.name)
            except NotFound:
                return 0

    def read_dead_letters(self, *, within_s: float, drop: bool) -> list[DeadLetter]:
        with connected(self._url, within_s=within_s) as connection:
            channel = connection.channel()
            DEAD(channel).declare()
            found: list[amqp.Message] = []
            while len(found) < DEAD_MAX and (message := channel.basic_get(DEAD.name)):
                found.append(message)
            if drop and found:
                channel.basic_ack(found[-1].delivery_tag, multiple=True)
        return [_letter(message) for message in found]


class AmqpRings:
    def __init__(self, url: str, queue: str, waiting_max: int) -> None:
        self._line = Line(url)
        self._queue = queue
        self._waiting_max = waiting_max

    def packed(self, ring: Ring) -> amqp.Message:
        return amqp.Message(
            ring.body,
            content_type="application/json",
            content_encoding="utf-8",
            application_headers=ring.headers,
            correlation_id=ring.task_id,
            reply_to="",
            delivery_mode=2,
            priority=0,
        )

    def push(self, packed: amqp.Message, *, though_one_waits: bool) -> None:
        waiting_max = self._waiting_max if though_one_waits else 1
        try:
            self._line.take(lambda channel: self._push(channel, packed, waiting_max))
        except NotFound:
            self._line.take(self._declare)
            self._line.take(lambda channel: self._push(channel, packed, waiting_max))

    def _push(self, channel: Any, packed: amqp.Message, waiting_max: int) -> None:
        if _ready(channel, self._queue) < waiting_max:
            channel.basic_publish(packed, routing_key=self._queue)

    def _declare(self, channel: Any) -> None:
        """Nobody has yet: no worker was ever started."""
        for one in (DEAD, queue(self._queue)):
            one(channel).declare()


class AmqpNews:
    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._exchange = Exchange(channel, type="fanout", durable=True)
        self._line = Line(url)
        self._lock = threading.Lock()

    def announce(self, said: bytes) -> None:
        with self._lock:
            try:
                self._line.take(lambda channel: self._announce(channel, said))
            except NotFound:
                self._line.take(lambda channel: self._exchange(channel).declare())

    def _announce(self, channel: Any, said: bytes) -> None:
        channel.basic_publish(amqp.Message(said, delivery_mode=1), exchange=self._exchange.name)

    def heard(self, closed: threading.Event) -> Iterator[bytes | None]:
        heard: deque[bytes] = deque()
        with connected(self._url, within_s=CONNECT_TIMEOUT_S, heartbeat=HEARTBEAT_S) as connection:
            channel = connection.channel()
            mine = Queue("", self._exchange, exclusive=True, queue_arguments={"x-max-length": UNHEARD_MAX})(channel)
            mine.declare()
            channel.basic_consume(mine.name, no_ack=True, callback=lambda message: heard.append(message.body))
            yield None
            looked_at = time.monotonic()
            while not closed.is_set():
                with contextlib.suppress(TimeoutError):
                    connection.drain_events(timeout=LISTEN_TIMEOUT_S)
                if time.monotonic() - looked_at >= LISTEN_TIMEOUT_S:
                    connection.heartbeat_tick()
                    looked_at = time.monotonic()
                while heard:
                    yield heard.popleft()


def _ready(channel: Any, queue: str) -> int:
    """How many wait. Raises NotFound where nobody has made it yet."""
    return int(channel.queue_declare(queue, passive=True).message_count)


def _letter(message: amqp.Message) -> DeadLetter:
    """Anybody may have written it."""
    headers = message.properties.get("application_headers") or {}
    death, *_ = headers.get("x-death") or [{}]
    body = message.body.decode(errors="replace") if isinstance(message.body, bytes) else str(message.body)
    at = death.get("time")
    return DeadLetter(
        task=str(headers.get("task", ""))[:SHOWN_MAX],
        body=body[:SHOWN_MAX],
        queue=str(death.get("queue", "")),
        reason=str(death.get("reason", "")),
        at=at.replace(tzinfo=UTC) if isinstance(at, datetime) else None,
    )
