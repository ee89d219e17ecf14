"""How fast one terminal may call, over all web processes: a runaway client slows itself down and nobody else.

A call takes a token, and what it carries takes more. A process takes tokens from the broker in portions, so that most
calls ask nobody.
"""

import threading
from collections import OrderedDict
from functools import cache
from time import monotonic

from django.conf import settings
from limits import RateLimitItemPerSecond

from base.http.counting import counts
from base.http.problems import Problem

WINDOW_S = 10
PORTION = 10
ITEMS_PER_TOKEN = 10
BYTES_PER_TOKEN = 8 * 1024
"""So much costs the server about as much as one more call: ten commands, or a hundred lines of an order."""
UNKNOWN_BYTES = 1024 * 1024
"""A body that does not say how long it is counts as a long one."""
TERMINALS_MAX = 10_000


class Portions:
    """What is left of the tokens that this process took for its terminals, the most recent callers last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: OrderedDict[int, tuple[int, float]] = OrderedDict()

    def spend(self, terminal_id: int, tokens: int, *, now: float) -> bool:
        """Whether as many were left."""
        with self._lock:
            left, until = self._left.get(terminal_id, (0, 0.0))
            if left < tokens or until <= now:
                return False
            self._left[terminal_id] = (left - tokens, until)
            return True

    def add(self, terminal_id: int, tokens: int, *, now: float) -> None:
        with self._lock:
            self._left[terminal_id] = (tokens, now + WINDOW_S)
            self._left.move_to_end(terminal_id)
            if len(self._left) > TERMINALS_MAX:
                self._left.popitem(last=False)


_portions = Portions()


def admit(terminal_id: int, *, body_bytes: int | None) -> None:
    """Count a call of the terminal with what it carries; refuse it with 429 if there were too many.

    `body_bytes`: None where the call does not say.
    """
    _charge(terminal_id, 1 + (UNKNOWN_BYTES if body_bytes is None else body_bytes) // BYTES_PER_TOKEN)


def count_items(terminal_id: int, items: int) -> None:
    """Count the commands of a call that was admitted already; refuse it where those are too many for now."""
    _charge(terminal_id, items // ITEMS_PER_TOKEN)


def _charge(terminal_id: int, tokens: int) -> None:
    per_s = settings.TERMINAL_REQUESTS_PER_S
    if not per_s or not tokens or _portions.spend(terminal_id, tokens, now=monotonic()):
        return
    if not _taken(terminal_id, min(tokens, per_s * WINDOW_S), limit=_limit(per_s)):
        detail = f"This terminal may call {per_s} times a second, long and bulk ones count more; come back in 1 s."
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": "1"})


def _taken(terminal_id: int, tokens: int, *, limit: RateLimitItemPerSecond) -> bool:
    """A whole portion, if there is one; else what is needed now."""
    name = f"terminal:{terminal_id}"
    if tokens < PORTION and counts().take(limit, name, cost=PORTION):
        _portions.add(terminal_id, PORTION - tokens, now=monotonic())
        return True
    return counts().take(limit, name, cost=tokens)


@cache
def _limit(per_s: int) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(per_s * WINDOW_S, WINDOW_S)
