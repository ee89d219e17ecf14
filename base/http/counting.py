"""Counting on the broker what callers do, over all web processes. Where the broker does not answer, all may pass."""

import logging
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from base.causes import why

_TIMEOUT_S = 0.3
_SILENCE_S = 1.0

log = logging.getLogger(__name__)


class Counts:
    """After a failure the broker is left alone for a moment, so that callers are not slowed."""

    def __init__(self, url: str) -> None:
        storage = RedisStorage(
            url,
            wrap_exceptions=True,
            key_prefix="ringup:limits",
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
            retry=None,  # type: ignore[arg-type]  # passed on to redis-py, where it means: once
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._exact = MovingWindowRateLimiter(storage)
        self._silent_until = 0.0

    def take(self, limit: RateLimitItem, name: str, *, cost: int = 1) -> bool:
        """Whether there was room for it; then it is counted. Where a window begins, some more find room."""
        return self._ask(lambda: self._limiter.hit(limit, name, cost=cost))

    def take_exactly(self, limit: RateLimitItem, name: str) -> bool:
        """As `take`, and never more than the limit: the broker keeps when each came, so that this is for few."""
        return self._ask(lambda: self._exact.hit(limit, name))

    def has_room(self, limit: RateLimitItem, name: str) -> bool:
        """Whether `take_exactly` would say so, without counting."""
        return self._ask(lambda: self._exact.test(limit, name))

    def _ask(self, limiter: Callable[[], bool]) -> bool:
        if time.monotonic() < self._silent_until:
            return True
        try:
            return limiter()
        except StorageError as error:
            self._silent_until = time.monotonic() + _SILENCE_S
            log.warning("limits: the broker does not count, all may pass: %s", why(error.storage_error))
            return True


def counts() -> Counts:
    return _counts(settings.BROKER_URL)


@cache
def _counts(url: str) -> Counts:
    return Counts(url)
