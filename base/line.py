"""The line of calls in a web process: how many are worked on or wait for that, and who is told to come back.

More calls than a machine can take make a line that grows for as long as they come: each is then answered later than the
one before it, until no till waits for its answer any more. So a line may be long while it is new, as when many tills
call in one instant; once it has not been short for a while, it is held down to what is done in a fraction of a second.

Of one caller only so many calls are worked on at once; its next ones wait for these, and for nobody. Threads share one
processor here: who had many at work would slow all others down, however few calls he may make.

Who waits for a client, or for a command to settle, has neither place nor turn meanwhile: that costs nobody anything.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic

SHORT = 16
"""Calls, as many as there are database connections: whoever comes next hardly waits."""
STANDING_MAX = 128
STANDING_AFTER_S = 3.0
BURST_MAX = 512
"""With `WAITERS_MAX` about as many as the web server has threads."""

AT_WORK_MAX = 2
"""Of one caller: a sale need not wait for a long list that its till reads."""
WAITING_MAX = 30
"""Of one caller: a quarter of a line that stands."""


class Line:
    def __init__(self, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._calls = 0
        self._was_short_at = now()

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Whether there is one; it is had until the end, or until the thread stands aside."""
        _here.line = self if (has_place := self.enter()) else None
        try:
            yield has_place
        finally:
            stand_aside()

    def leave(self) -> None:
        with self._lock:
            self._calls -= 1
            self._look()

    def enter(self) -> bool:
        """Whether there is a place; then it has to be left."""
        with self._lock:
            self._look()
            is_standing = self._now() - self._was_short_at >= STANDING_AFTER_S
            if self._calls >= (STANDING_MAX if is_standing else BURST_MAX):
                return False
            self._calls += 1
            return True

    def _look(self) -> None:
        if self._calls < SHORT:
            self._was_short_at = self._now()


class _Calls:
    """Of one caller."""

    def __init__(self) -> None:
        self.all = 0
        self.at_work = threading.Semaphore(AT_WORK_MAX)


class Turns:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callers: dict[Hashable, _Calls] = {}

    def take(self, caller: Hashable, *, before_waiting: Callable[[], None]) -> bool:
        """Wait for a turn; False, at once, where as many wait already as may. It is had until the thread stands aside.
        `before_waiting`: is called only where there is something to wait for."""
        with self._lock:
            calls = self._callers.setdefault(caller, _Calls())
            if calls.all >= AT_WORK_MAX + WAITING_MAX:
                return False
            calls.all += 1
        if not calls.at_work.acquire(blocking=False):
            try:
                before_waiting()
                calls.at_work.acquire()
            except BaseException:
                self._leave(caller, calls)
                raise
        _here.give_up = partial(self._give_up, caller, calls)
        return True

    def _give_up(self, caller: Hashable, calls: _Calls) -> None:
        calls.at_work.release()
        self._leave(caller, calls)

    def _leave(self, caller: Hashable, calls: _Calls) -> None:
        with self._lock:
            calls.all -= 1
            if not calls.all:
                del self._callers[caller]


class _Here(threading.local):
    line: Line | None = None
    give_up: Callable[[], None] | None = None


_here = _Here()


def stand_aside() -> None:
    """Give up this thread's place and its caller's turn, if it has them."""
    give_up, _here.give_up = _here.give_up, None
    if give_up:
        give_up()
    line, _here.line = _here.line, None
    if line:
        line.leave()
