"""How fast one terminal may call: a bucket of tokens for each, in this process. A runaway client slows itself down."""

import math
import threading
from dataclasses import dataclass
from functools import cache
from time import monotonic

from django.conf import settings

from inventory.api.problems import Problem

ITEMS_PER_REQUEST = 10
"""So many commands of a bulk request cost the server about as much as one request."""


@dataclass(slots=True)
class Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """`per_s`: tokens that each bucket gains; `at_once`: what it holds at most."""

    def __init__(self, *, per_s: int, at_once: int) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._lock = threading.Lock()
        self._by_terminal: dict[int, Bucket] = {}

    def take(self, terminal_id: int, *, now: float) -> float:
        """Take a token; where there is none, the seconds until there is one."""
        with self._lock:
            bucket = self._filled(terminal_id, now)
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._per_s
            bucket.tokens -= 1
            return 0.0

    def owe(self, terminal_id: int, tokens: int, *, now: float) -> None:
        """Take tokens whether they are there or not: the terminal waits for them later."""
        with self._lock:
            self._filled(terminal_id, now).tokens -= tokens

    def _filled(self, terminal_id: int, now: float) -> Bucket:
        bucket = self._by_terminal.setdefault(terminal_id, Bucket(self._at_once, now))
        bucket.tokens = min(self._at_once, bucket.tokens + (now - bucket.filled_at) * self._per_s)
        bucket.filled_at = now
        return bucket


@cache
def buckets(per_s: int, at_once: int) -> Buckets:
    return Buckets(per_s=per_s, at_once=at_once)


def admit(terminal_id: int) -> None:
    """Count a request of the terminal; refuse it with 429 if there were too many."""
    if (limit := _limit()) and (wait_s := limit.take(terminal_id, now=monotonic())):
        seconds = math.ceil(wait_s)
        detail = f"This terminal may call {settings.TERMINAL_REQUESTS_PER_S} times a second; come back in {seconds} s."
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": str(seconds)})


def count_items(terminal_id: int, items: int) -> None:
    """Count what a bulk request carries, which was admitted already: whoever sends much waits longer for the next."""
    if limit := _limit():
        limit.owe(terminal_id, items // ITEMS_PER_REQUEST, now=monotonic())


def _limit() -> Buckets | None:
    per_s = settings.TERMINAL_REQUESTS_PER_S
    return buckets(per_s, settings.TERMINAL_REQUESTS_AT_ONCE) if per_s else None
