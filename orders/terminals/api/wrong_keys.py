"""Keys that nobody has: counted by the address they come from, so that guessing costs the database little.

A till whose key was good a moment ago is let through whatever else comes from its address.
"""

import logging
import threading
from collections import OrderedDict
from time import monotonic

from limits import RateLimitItemPerMinute
from prometheus_client import Counter

from base.http.counting import counts
from base.http.problems import Problem

PER_MINUTE = RateLimitItemPerMinute(60)
PAUSE_S = 10
KEYS_MAX = ADDRESSES_MAX = 10_000

log = logging.getLogger(__name__)
unauthorized = Counter("ringup_unauthorized", "Calls without a key that is valid.", ["code"])


class Recent:
    """A set that forgets its oldest members."""

    def __init__(self, members_max: int) -> None:
        self._members_max = members_max
        self._lock = threading.Lock()
        self._until: OrderedDict[object, float] = OrderedDict()

    def add(self, member: object, *, until: float) -> None:
        with self._lock:
            self._until[member] = until
            self._until.move_to_end(member)
            if len(self._until) > self._members_max:
                self._until.popitem(last=False)

    def has(self, member: object, *, now: float) -> bool:
        with self._lock:
            return self._until.get(member, 0.0) > now


_good_keys = Recent(KEYS_MAX)
_paused = Recent(ADDRESSES_MAX)
KEY_IS_GOOD_FOR_S = 3600.0


def check_address(key_hash: bytes, address: str) -> None:
    """Refuse a key that was not seen to be good, while wrong ones came from its address too often."""
    now = monotonic()
    if _paused.has(address, now=now) and not _good_keys.has(key_hash, now=now):
        unauthorized.labels(code="too_many_wrong_keys").inc()
        detail = f"Too many wrong keys came from this address; come back in {PAUSE_S} s."
        raise Problem(429, "too_many_wrong_keys", detail, headers={"Retry-After": str(PAUSE_S)})


def note_good(key_hash: bytes) -> None:
    _good_keys.add(key_hash, until=monotonic() + KEY_IS_GOOD_FOR_S)


def note_wrong(address: str, *, code: str) -> None:
    """Count a call that was answered 401, and tell of it. The key itself is told nowhere."""
    unauthorized.labels(code=code).inc()
    if counts().take(PER_MINUTE, f"wrong-key:{address}"):
        log.warning("401 %s from %s", code, address)
    elif not _paused.has(address, now=monotonic()):
        log.warning(
            "too many wrong keys from %s: only keys that were good lately are looked at for %s s", address, PAUSE_S
        )
        _paused.add(address, until=monotonic() + PAUSE_S)
