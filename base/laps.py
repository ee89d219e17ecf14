"""How long each stage of one piece of work took."""

import time
from datetime import UTC, datetime


class Laps:
    """One stage ends where the next begins, so that together they are the whole; what comes again adds up.

    `began_ns`: since 1970. `ms`: stage -> milliseconds."""

    def __init__(self) -> None:
        self.began_ns = time.time_ns()
        self.ms: dict[str, float] = {}
        self._last = time.perf_counter()

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.began_ns / 1e9, UTC)

    def lap(self, stage: str) -> None:
        """What was done since the last stage ended was this one."""
        now = time.perf_counter()
        self.ms[stage] = self.ms.get(stage, 0.0) + 1_000 * (now - self._last)
        self._last = now

    def rounded(self) -> dict[str, float]:
        return {stage: round(ms, 1) for stage, ms in self.ms.items()}


def ms_between(earlier: datetime, later: datetime) -> float:
    """Of two machines' clocks, which may differ: never less than nothing."""
    return round(max(1_000 * (later - earlier).total_seconds(), 0.0), 1)
