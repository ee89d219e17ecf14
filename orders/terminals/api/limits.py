"""Who calls too often: a terminal, and an address that wrong keys come from. Counted over all web processes.

A call takes a token of its terminal, and what it carries and is answered takes more: a runaway client slows itself down
and nobody else. A process takes tokens from the broker in portions, so that most calls ask nobody. Of one terminal a
process works on a few calls at once (base.line).

Keys that nobody has are counted by the address they come from, so that guessing costs the database little. A till whose
key was good a moment ago is let through whatever else comes from its address.
"""

import logging
import threading
from collections import OrderedDict
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from prometheus_client import Counter

from base.http.counting import counts
from base.http.problems import Problem
from base.line import AT_WORK_MAX, WAITING_MAX, Turns
from base.sql.renewal import return_connection
from orders.commands.core.caller import Caller

WINDOW_S = 4
"""What a terminal may in it, it may do at once: the more that is, the longer its neighbours feel one that is broken."""
PORTION = 10
ITEMS_PER_TOKEN = 10
BYTES_PER_TOKEN = 8 * 1024
"""So much costs the server about as much as one more call: ten commands, or a hundred lines of an order."""
ANSWER_BYTES_PER_TOKEN = 16 * 1024
"""Of what is read: some twenty orders, or a hundred movements."""
DEAREST = 2
"""No call costs more than this part of a window: whoever asks for something else meanwhile, such as for what changes,
would never get a large file through."""
RETRY_AFTER_S = 1
"""For so long a process asks nobody about a terminal that it has refused: whoever does not come back later, but goes on
calling, costs little."""
INSISTS_PER_CENT = 90
"""Of what a terminal may in the second that it was told to wait, it loses as much where it went on calling meanwhile,
more often than it may call at all. So who heeds no refusal has little, and many who heed theirs have what they may."""
TOLD_AGAIN_AFTER_S = 60.0
"""A broken till is worth a line a minute: each of its calls is counted anyway."""
UNKNOWN_BYTES = 256 * 1024
"""An import in chunks, which is read as it comes, counts as one of some ten thousand rows."""
TERMINALS_MAX = 10_000

WRONG_KEYS = RateLimitItemPerMinute(60)
"""Of an address."""
PAUSE_S = 10
KEY_IS_GOOD_FOR_S = 3600.0
KEYS_MAX = ADDRESSES_MAX = 10_000

log = logging.getLogger(__name__)
unauthorized = Counter("ringup_unauthorized", "Calls without a key that is valid.", ["code"])


class Recent:
    """Callers that a process remembers, each until its time is over, and how often it was asked for them since. The
    oldest are forgotten for whoever is one too many."""

    def __init__(self, members_max: int) -> None:
        self._members_max = members_max
        self._lock = threading.Lock()
        self._members: OrderedDict[object, tuple[float, int]] = OrderedDict()

    def add(self, member: object, *, until: float) -> None:
        with self._lock:
            self._members[member] = (until, 0)
            self._members.move_to_end(member)
            if len(self._members) > self._members_max:
                self._members.popitem(last=False)

    def has(self, member: object, *, now: float) -> bool:
        with self._lock:
            until, asked = self._members.get(member, (0.0, 0))
            if until <= now:
                return False
            self._members[member] = (until, asked + 1)
            return True

    def forget(self, member: object) -> int:
        """How often it was asked for."""
        with self._lock:
            return self._members.pop(member, (0.0, 0))[1]


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


class Memory:
    """What a process remembers of who calls."""

    def __init__(self) -> None:
        self.portions, self.good_keys, self.paused = Portions(), Recent(KEYS_MAX), Recent(ADDRESSES_MAX)
        self.refused, self.told = Recent(TERMINALS_MAX), Recent(TERMINALS_MAX)


memory = Memory()
_turns = Turns()


def admit(terminal_id: int, *, body_bytes: int | None) -> None:
    """Count a call of the terminal with what it carries; refuse it with 429 if there were too many.

    `body_bytes`: None where the call does not say.
    """
    _charge(terminal_id, _tokens(body_bytes))
    if settings.TERMINAL_REQUESTS_PER_S and not _turns.take(terminal_id, before_waiting=return_connection):
        raise _refusal(
            f"{AT_WORK_MAX + WAITING_MAX} calls of this terminal are under way; come back in {RETRY_AFTER_S} s."
        )


def refused_lately(terminal_id: int, *, body_bytes: int | None) -> Problem | None:
    """What such a call of the terminal was refused with less than `RETRY_AFTER_S` ago; it is again."""
    per_s = settings.TERMINAL_REQUESTS_PER_S
    refused = (terminal_id, _tokens(body_bytes) >= PORTION)
    return _too_many(per_s) if per_s and memory.refused.has(refused, now=monotonic()) else None


def count_items(terminal_id: int, items: int) -> None:
    """Count the commands of a call that was admitted already; refuse it where those are too many for now."""
    _charge(terminal_id, items // ITEMS_PER_TOKEN)


def count_answer(request: HttpRequest, response: HttpResponse) -> None:
    """Count what a terminal's call is answered, as a long list: it has its answer, and where that was too much its next
    calls are refused for a moment. A stream is counted as what it was asked with."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller) or response.streaming:
        return
    try:
        _charge(caller.terminal_id, len(response.content) // ANSWER_BYTES_PER_TOKEN)
    except Problem:
        now = monotonic()
        memory.portions.add(caller.terminal_id, 0, now=now)
        memory.refused.add((caller.terminal_id, False), until=now + RETRY_AFTER_S)


def _tokens(body_bytes: int | None) -> int:
    return 1 + (UNKNOWN_BYTES if body_bytes is None else body_bytes) // BYTES_PER_TOKEN


def _charge(terminal_id: int, tokens: int) -> None:
    per_s = settings.TERMINAL_REQUESTS_PER_S
    if not per_s or not tokens or memory.portions.spend(terminal_id, tokens, now=monotonic()):
        return
    refused = (terminal_id, tokens >= PORTION)  # a till whose bulk has to wait may sell meanwhile
    if memory.refused.has(refused, now=monotonic()):
        raise _too_many(per_s)
    insisted = memory.refused.forget(refused) > per_s * RETRY_AFTER_S
    dearest, limit = per_s * WINDOW_S // DEAREST, _limit(per_s)
    if (insisted and not _fined(terminal_id, limit=limit)) or not _taken(
        terminal_id, min(tokens, dearest), limit=limit
    ):
        memory.refused.add(refused, until=monotonic() + RETRY_AFTER_S)
        _tell(terminal_id)
        raise _too_many(per_s)


def _tell(terminal_id: int) -> None:
    now = monotonic()
    if not memory.told.has(terminal_id, now=now):
        memory.told.add(terminal_id, until=now + TOLD_AGAIN_AFTER_S)
        log.warning("terminal %s calls too often, or too much at a time: it is told to come back", terminal_id)


def _too_many(per_s: int) -> Problem:
    detail = (
        f"This terminal may call {per_s} times a second, long and bulk ones count more; come back in {RETRY_AFTER_S} s."
    )
    return _refusal(detail)


def _refusal(detail: str) -> Problem:
    return Problem(429, "too_many_requests", detail, headers={"Retry-After": str(RETRY_AFTER_S)})


def _taken(terminal_id: int, tokens: int, *, limit: RateLimitItemPerSecond) -> bool:
    """A whole portion, if there is one; else what is needed now."""
    name = f"terminal:{terminal_id}"
    if tokens < PORTION and counts().take(limit, name, cost=PORTION):
        memory.portions.add(terminal_id, PORTION - tokens, now=monotonic())
        return True
    return counts().take(limit, name, cost=tokens)


def _fined(terminal_id: int, *, limit: RateLimitItemPerSecond) -> bool:
    """Where there is no room for that either, it has to wait again."""
    tokens = settings.TERMINAL_REQUESTS_PER_S * RETRY_AFTER_S * INSISTS_PER_CENT // 100
    return counts().take(limit, f"terminal:{terminal_id}", cost=tokens)


def _limit(per_s: int) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(per_s * WINDOW_S, WINDOW_S)


def was_good(key_hash: bytes) -> bool:
    """Whether the key was seen to be good of late, in this process."""
    return memory.good_keys.has(key_hash, now=monotonic())


def check_address(address: str) -> None:
    """Refuse a key that was not seen to be good, while wrong ones come from its address too often."""
    if memory.paused.has(address, now=monotonic()):
        unauthorized.labels(code="too_many_wrong_keys").inc()
        detail = f"Too many wrong keys came from this address; come back in {PAUSE_S} s."
        raise Problem(429, "too_many_wrong_keys", detail, headers={"Retry-After": str(PAUSE_S)})


def note_good(key_hash: bytes) -> None:
    memory.good_keys.add(key_hash, until=monotonic() + KEY_IS_GOOD_FOR_S)


def note_wrong(address: str, *, code: str) -> None:
    """Count a call that was answered 401, and tell of it. The key itself is told nowhere."""
    unauthorized.labels(code=code).inc()
    if counts().take(WRONG_KEYS, f"wrong-key:{address}"):
        log.warning("401 %s from %s", code, address)
    elif not memory.paused.has(address, now=monotonic()):
        log.warning(
            "too many wrong keys from %s: only keys that were good lately are looked at for %s s", address, PAUSE_S
        )
        memory.paused.add(address, until=monotonic() + PAUSE_S)
