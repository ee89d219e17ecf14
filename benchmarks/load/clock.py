"""A run's time: a warm-up that does not count, then a window in which sales are begun, then their end.

What is settled in each half of the window is counted by itself: a rate that lasts is the same in both."""

import time
from dataclasses import dataclass, field
from typing import NamedTuple


class Half(NamedTuple):
    """Of a turn: sales that were settled in it, and how long it was."""

    sales: int
    seconds: float

    @property
    def sales_per_s(self) -> float:
        return self.sales / max(self.seconds, 1e-9)


@dataclass(slots=True, kw_only=True)
class Clock:
    """`settled`: all sales of the run. `latencies_s`: of those begun after the warm-up, as their clients saw it."""

    warm_up_s: float
    window_s: float
    settled: int = 0
    latencies_s: list[float] = field(default_factory=list)
    _settled_first: int = 0
    _settled_second: int = 0
    _begins_at: float = field(init=False)
    _last_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._begins_at = self._last_at = time.perf_counter() + self.warm_up_s

    def is_over(self) -> bool:
        """Not before one sale was begun and settled after the warm-up, however slow it is."""
        return bool(self.latencies_s) and time.perf_counter() >= self._begins_at + self.window_s

    def count(self, sales: int, *, begun_at: float) -> None:
        """These sales are settled now."""
        now = time.perf_counter()
        self.settled += sales
        if now >= self._begins_at:
            if now < self._half_at:
                self._settled_first += sales
            else:
                self._settled_second += sales
            self._last_at = now
            if begun_at >= self._begins_at:
                self.latencies_s.append(now - begun_at)

    @property
    def _half_at(self) -> float:
        return self._begins_at + self.window_s / 2

    @property
    def halves(self) -> tuple[Half, Half]:
        """The second lasts until the last sale was settled."""
        second_s = max(0.0, self._last_at - self._half_at)
        return Half(self._settled_first, self.window_s / 2), Half(self._settled_second, second_s)
