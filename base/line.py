"""The line of calls in a web process: how many are worked on or wait for that, and who is told to come back.

More calls than a machine can take make a line that grows for as long as they come: each is then answered later than the
one before it, until no till waits for its answer any more. So a line may be long while it is new, as when many tills
call in one instant; once it has not been short for a while, it is held down to what is done in a fraction of a second.

Who waits for a client, or for a command to settle, stands in no line meanwhile: that costs nobody anything.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

SHORT = 16
"""Calls, as many as there are database connections: whoever comes next hardly waits."""
STANDING_MAX = 128
STANDING_AFTER_S = 3.0
BURST_MAX = 512
"""With `WAITERS_MAX` about as many as the web server has threads."""


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


class _Here(threading.local):
    line: Line | None = None


_here = _Here()


def stand_aside() -> None:
    """Give up this thread's place, if it has one."""
    line, _here.line = _here.line, None
    if line:
        line.leave()
