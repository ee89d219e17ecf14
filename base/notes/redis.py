"""Notes on Redis and Valkey."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from base.notes.port import KEPT_WITHIN_S, NotesFault

_PREFIX = "ringup:"


class RedisNotes:
    def __init__(self, url: str) -> None:
        within: dict[str, Any] = {"socket_timeout": KEPT_WITHIN_S, "socket_connect_timeout": KEPT_WITHIN_S}
        self._client = redis.Redis.from_url(url, **within, retry=Retry(NoBackoff(), 0))
        storage = RedisStorage(
            url,
            wrap_exceptions=True,
            key_prefix=f"{_PREFIX}limits",
            **within,
            retry=None,  # type: ignore[arg-type]  # passed on to redis-py, where it means: once
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._exact = MovingWindowRateLimiter(storage)

    def now(self) -> float:
        with _faults():
            told: Any = self._client.time()
        seconds, microseconds = told
        return float(seconds + microseconds / 1e6)

    def put(self, book: str, name: str, value: str) -> None:
        with _faults():
            self._client.hset(_PREFIX + book, name, value)

    def read(self, book: str) -> dict[str, str]:
        with _faults():
            found: Any = self._client.hgetall(_PREFIX + book)
        return {name.decode(): value.decode() for name, value in found.items()}

    def drop(self, book: str, names: Collection[str]) -> None:
        with _faults():
            self._client.hdel(_PREFIX + book, *names)

    def add(self, page: str, amounts: Mapping[str, float], *, rows_max: int, kept_s: int) -> None:
        key = _PREFIX + page
        with _faults(), self._client.pipeline(transaction=False) as pipe:
            for name, amount in amounts.items():
                pipe.zincrby(key, amount, name)
            pipe.zremrangebyrank(key, 0, -rows_max - 1)
            pipe.expire(key, kept_s)
            pipe.execute()

    def sums(self, pages: Sequence[str]) -> dict[str, float]:
        with _faults():
            found: Any = self._client.zunion([_PREFIX + page for page in pages], withscores=True)
        return {name.decode(): amount for name, amount in found}

    def take(self, limit: RateLimitItem, name: str, *, cost: int) -> bool:
        with _faults():
            return self._limiter.hit(limit, name, cost=cost)

    def take_exactly(self, limit: RateLimitItem, name: str) -> bool:
        with _faults():
            return self._exact.hit(limit, name)

    def has_room(self, limit: RateLimitItem, name: str) -> bool:
        with _faults():
            return self._exact.test(limit, name)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise NotesFault(str(error)) from error
    except StorageError as error:
        raise NotesFault(str(error.storage_error)) from error
