"""A run's time: a warm-up that does not count, then a window in which sales are begun, then their end."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Clock:
    """`settled`: all sales of the run. `latencies_s`: of those begun after the warm-up, as their clients saw it."""

    warm_up_s: float
    window_s: float
    settled: int = 0
    latencies_s: list[float] = field(default_factory=list)
    _settled_warm: int = 0
    _begins_at: float = field(init=False)
    _last_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._begins_at = self._last_at = time.perf_counter() + self.warm_up_s

    def is_over(self) -> bool:
        return time.perf_counter() >= self._begins_at + self.window_s

    def count(self, sales: int, *, begun_at: float) -> None:
        """These sales are settled now."""
        now = time.perf_counter()
        self.settled += sales
        if now >= self._begins_at:
            self._settled_warm += sales
            self._last_at = now
            if begun_at >= self._begins_at:
                self.latencies_s.append(now - begun_at)

    @property
    def sales_per_s(self) -> float:
        """Settled after the warm-up, by the time until the last of them was settled."""
        return self._settled_warm / max(self._last_at - self._begins_at, 1e-9)
