"""Which rows are waited for: the time that transactions waited for each, kept on the broker for a day.

A shop that knows which product its tills stand in line for can give it a second location, or sell it otherwise. It is
for people who look, and may be lost with the broker; what a monitor sums up has no names (`ringup_lock_wait_seconds`).
Kept are the rows that were waited for longest in each ten minutes, so that it is bounded whatever is sold.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import redis
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

from base.causes import why

BUCKET_S = 600
KEPT_S = 25 * 3_600
ROWS_MAX = 200
"""Of ten minutes."""
_TIMEOUT_S = 0.3
_SILENCE_S = 1.0
_KEY = "ringup:waits"

log = logging.getLogger(__name__)
waited_s = Counter("ringup_lock_wait_seconds", "How long transactions waited for rows that others had.", ["of"])
timed_out = Counter("ringup_lock_timeouts", "Transactions that waited too long for a row, and ended.", ["of"])


class Wait(NamedTuple):
    """`of`: what the row is one of; `id`: which."""

    of: str
    id: str
    seconds: float


class Kept:
    """After a failure the broker is left alone for a moment, so that nobody is slowed who waited already."""

    def __init__(self, url: str) -> None:
        self._broker = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        self._silent_until = 0.0

    def add(self, waits: Iterable[Wait], *, now: float) -> None:
        """`now`: seconds since 1970."""
        if time.monotonic() < self._silent_until:
            return
        key = _key(int(now // BUCKET_S))
        try:
            with self._broker.pipeline(transaction=False) as pipe:
                for one in waits:
                    pipe.zincrby(key, round(one.seconds, 3), f"{one.of}:{one.id}")
                pipe.zremrangebyrank(key, 0, -ROWS_MAX - 1)
                pipe.expire(key, KEPT_S)
                pipe.execute()
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + _SILENCE_S
            log.warning("who waited for which row is not kept: %s", why(error))

    def longest(self, *, since: float, now: float, rows_max: int) -> list[Wait] | None:
        """The rows that were waited for longest since then, from the ten minutes on that it lies in; None where the
        broker does not answer."""
        keys = [_key(number) for number in range(int(since // BUCKET_S), int(now // BUCKET_S) + 1)]
        try:
            found: Any = self._broker.zunion(keys, withscores=True)
        except redis.RedisError:
            return None
        waits = [Wait(of, id_, seconds) for name, seconds in found for of, _, id_ in [name.decode().partition(":")]]
        return sorted(waits, key=lambda one: one.seconds, reverse=True)[:rows_max]


def note(url: str, waits: Sequence[Wait]) -> None:
    """After the transaction that waited."""
    for one in waits:
        waited_s.labels(one.of).inc(one.seconds)
    kept(url).add(waits, now=time.time())


@cache
def kept(url: str) -> Kept:
    return Kept(url)


def _key(number: int) -> str:
    return f"{_KEY}:{number}"
