"""Redis and Valkey: a ring is pushed to the queue's list by a script, and what is announced is published.

A message goes in the envelope of kombu's Redis transport, written here because Celery's own publisher takes longer than
all the rest of accepting a command; a test holds the two equal. It goes to the queue's list by name, so that no binding
can be lost.
"""

import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from pydantic_core import to_json
from redis.backoff import NoBackoff
from redis.retry import Retry
from uuid_utils.compat import uuid4

from base.broker.port import ANSWERS_WITHIN_S, BrokerFault, DeadLetter, Ring

CONNECT_TIMEOUT_S = 1.0
KEPT_ANSWERS_WITHIN_S = 1
LISTEN_TIMEOUT_S = 1.0
HEALTH_CHECK_S = 5
"""A line on which nothing was heard for so long is spoken on: or nobody would notice that the other side is gone."""

# The newest message tells: each ring is added behind it. What Celery has written is no ring that waits: a retry is kept
# back until its time, and a message that comes again is for what it names alone. Its JSON has a blank there.
RING = """
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
local newest = redis.call('LINDEX', KEYS[1], 0)
if ARGV[3] == '' and newest and string.find(newest, '"eta":null', 1, true) then return 0 end
return redis.call('LPUSH', KEYS[1], ARGV[1])
"""


class Redis:
    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = redis.Redis.from_url(
            url,
            socket_timeout=KEPT_ANSWERS_WITHIN_S,
            socket_connect_timeout=KEPT_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 1),  # a connection that was closed meanwhile
        )

    def rings(self, queue: str, *, waiting_max: int) -> "RedisRings":
        return RedisRings(self._url, queue, waiting_max)

    def news(self, channel: str) -> "RedisNews":
        return RedisNews(self._url, channel)

    def ping(self, *, within_s: float) -> None:
        with self._client(within_s) as client:
            client.ping()

    def version(self, *, within_s: float) -> str:
        with self._client(within_s) as client:
            server = client.info("server")
        valkey = server.get("valkey_version")
        return f"valkey {valkey}" if valkey else f"redis {server['redis_version']}"

    def waiting(self, queue: str) -> int:
        try:
            count: int = self._kept.llen(queue)
        except redis.RedisError as error:
            raise BrokerFault(str(error)) from error
        return count

    def dead_letters(self, *, within_s: float) -> int:
        """It keeps none: what Celery cannot read it throws away, and says so in its log."""
        return 0

    def read_dead_letters(self, *, within_s: float, drop: bool) -> list[DeadLetter]:
        return []

    @contextmanager
    def _client(self, within_s: float) -> Iterator[redis.Redis]:
        """Raises BrokerFault."""
        try:
            with redis.Redis.from_url(
                self._url, socket_timeout=within_s, socket_connect_timeout=within_s, retry=Retry(NoBackoff(), 0)
            ) as client:
                yield client
        except redis.RedisError as error:
            raise BrokerFault(str(error)) from error


class RedisRings:
    def __init__(self, url: str, queue: str, waiting_max: int) -> None:
        self._queue = queue
        self._waiting_max = waiting_max
        self._connection = redis.ConnectionPool.from_url(
            url, socket_timeout=ANSWERS_WITHIN_S, socket_connect_timeout=ANSWERS_WITHIN_S, retry=None
        ).make_connection()

    def packed(self, ring: Ring) -> bytes:
        return to_json(
            {
                "body": b64encode(ring.body).decode(),
                "content-encoding": "utf-8",
                "content-type": "application/json",
                "headers": ring.headers,
                "properties": {
                    "correlation_id": ring.task_id,
                    "reply_to": "",
                    "delivery_mode": 2,
                    "delivery_info": {"exchange": "", "routing_key": self._queue},
                    "priority": 0,
                    "body_encoding": "base64",
                    "delivery_tag": str(uuid4()),
                },
            }
        )

    def push(self, packed: bytes, *, though_one_waits: bool) -> None:
        try:
            self._push(packed, b"1" if though_one_waits else b"")
        except (redis.RedisError, OSError) as error:
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            raise BrokerFault(str(error)) from error

    def _push(self, *given: bytes) -> None:
        try:
            self._push_once(*given)
        except redis.ConnectionError:
            # An idle connection may have been closed by the other side: that says nothing about the broker yet. Of one
            # that is silent it is redis.TimeoutError, another kind, and nobody waits for it twice.
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            self._push_once(*given)

    def _push_once(self, packed: bytes, though_one_waits: bytes) -> None:
        self._connection.send_command(  # type: ignore[no-untyped-call]
            "EVAL", RING, 1, self._queue, packed, self._waiting_max, though_one_waits
        )
        self._connection.read_response()


class RedisNews:
    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._publisher = redis.Redis.from_url(
            url, socket_timeout=ANSWERS_WITHIN_S, socket_connect_timeout=ANSWERS_WITHIN_S, retry=None
        )

    def announce(self, said: bytes) -> None:
        try:
            self._publisher.publish(self._channel, said)
        except redis.RedisError as error:
            raise BrokerFault(str(error)) from error

    def heard(self, closed: threading.Event) -> Iterator[bytes | None]:
        client = redis.Redis.from_url(
            self._url,
            socket_connect_timeout=CONNECT_TIMEOUT_S,
            socket_timeout=HEALTH_CHECK_S,
            health_check_interval=HEALTH_CHECK_S,
            retry=None,
        )
        try:
            with client, client.pubsub() as pubsub:  # type: ignore[no-untyped-call]
                pubsub.subscribe(self._channel)
                while not closed.is_set():
                    match pubsub.get_message(timeout=LISTEN_TIMEOUT_S):
                        case {"type": "subscribe"}:
                            yield None
                        case {"type": "message", "data": said}:
                            yield said
        except (redis.RedisError, OSError) as error:
            raise BrokerFault(str(error)) from error
