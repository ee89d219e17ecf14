"""What a line of the log about a command tells: its ids, by which one command's lines are found in all processes' logs,
and how long each stage took."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from base.tracing import listener, trace_and_span


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


def named(command_id: UUID, **more: Any) -> dict[str, Any]:
    """For a record's `extra`. `more`: further names, as `order_id`. Where somebody is told traces, where in them it
    is."""
    told = {"command_id": command_id, **more}
    if listener.traces:
        trace, span = trace_and_span(command_id)
        told |= {"trace_id": f"{trace:032x}", "span_id": f"{span:016x}"}
    return told
