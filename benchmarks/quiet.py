"""Waiting until nothing is left to do, so that nobody's turn is disturbed by what the last one left behind."""

import time
from collections.abc import Callable, Mapping

from benchmarks import cpu

PATIENCE_S = 15
SAMPLE_S = 0.4
CORES_MAX = 0.15
"""What the stack's programs keep busy when nobody sells anything: schedules, events, a sweep each second."""


def wait_until_quiet(pids: Mapping[str, int], *, rings_left: Callable[[], int]) -> None:
    """`pids`: of the servers, whose processor time tells; rings that are not answered yet tell, too."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        before = cpu.spent(pids)
        time.sleep(SAMPLE_S)
        busy = sum(cpu.between(before, cpu.spent(pids)).values())
        if not rings_left() and busy < CORES_MAX * SAMPLE_S:
            return
