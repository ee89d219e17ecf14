"""Races that come out the same every time: one is stopped half-way, the others run as far as they can."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from workers import execute as executing


def race(patch: pytest.MonkeyPatch, first: Callable[[], Any], *others: Callable[[], Any], at: str = "decide") -> None:
    """The first is stopped in its transaction before the named step. Raises what any of them raises."""
    gate = Gate()
    patch.setattr(executing, at, gate.before(getattr(executing, at)))
    stopped = begin(first)
    gate.wait_reached()
    running: list[Future[Any]] = []
    for other in others:
        running.append(begin(other))
        until_done_or_waiting(*running)
    gate.open()
    for one in (stopped, *running):
        one.result(PATIENCE_S)
