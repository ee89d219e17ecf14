"""Coming back: how long to wait before something that ended is started again, and how often that is told."""

import time

FIRST_S, MAX_S = 0.2, 5.0
STEADY_AFTER_S = 10.0
TOLD_MAX = 3


class Comeback:
    """What ends again and again is started ever more slowly, and after a few times in silence: one line says so.

    Used by the one thread that keeps `name` running. Instants are of the monotonic clock.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._pause_s = FIRST_S
        self._in_vain = 0
        self._failing_since: float | None = None

    def pause_s(self) -> float:
        """The pause before this start; the next one is longer."""
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, MAX_S)
        return pause_s

    def began(self, at: float) -> None:
        """It ran from then until now."""
        if time.monotonic() - at > STEADY_AFTER_S:
            self._pause_s = FIRST_S
            self._in_vain = 0
            self._failing_since = None

    def told(self, why: str, *, pause_s: float) -> str:
        """The line for a person; empty where it was said often enough."""
        self._in_vain += 1
        self._failing_since = self._failing_since or time.monotonic()
        if self._in_vain < TOLD_MAX:
            return f"{self._name} {why}; starting it again in {pause_s:.1f} s"
        if self._in_vain == TOLD_MAX:
            return f"{self._name} {why}, again and again; it is tried on, up to {MAX_S:.0f} s apart, without a word"
        return ""

    @property
    def fails_for_s(self) -> float:
        """How long it has not run steadily."""
        return 0.0 if self._failing_since is None else time.monotonic() - self._failing_since
