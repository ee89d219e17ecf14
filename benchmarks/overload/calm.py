"""How long one sale takes, again and again: before, and after until it is as before."""

import random
import time
from collections.abc import Callable

from benchmarks.contenders import SEED
from benchmarks.lane import Lane
from benchmarks.load import loop
from benchmarks.load.http import request
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sales
from benchmarks.load.tills import API, SUCCEEDED, authorized
from project.demo.report import percentiles

PAUSE_S = 0.1
IN_A_ROW = 10
"""So many sales as quick as before are what is normal."""
SLOWER = 2.0
LEAST_S = 0.1
"""A sale that takes no longer is normal in any case."""
GIVEN_UP_AFTER_S = 30.0


def usual_s(lane: Lane, base_url: str, *, seconds: float) -> float:
    """What one sale takes at most, but for one in twenty."""
    until = time.monotonic() + seconds
    took = sell(lane, base_url, is_over=lambda took: time.monotonic() >= until)
    return percentiles([1000 * one for one in took])["p95"] / 1000


def normal_after_s(lane: Lane, base_url: str, *, usual: float) -> float | None:
    """Seconds until sales take no longer than usual, or twice as long; None where that does not come."""
    began, limit_s = time.monotonic(), max(SLOWER * usual, LEAST_S)
    until = began + GIVEN_UP_AFTER_S
    first: list[float] = []

    def is_over(took: list[float]) -> bool:
        if took and took[-1] > limit_s:
            first.clear()
        elif took and not first:
            first.append(time.monotonic() - took[-1])
        return (len(took) >= IN_A_ROW and max(took[-IN_A_ROW:]) <= limit_s) or time.monotonic() >= until

    took = sell(lane, base_url, is_over=is_over)
    is_normal = len(took) >= IN_A_ROW and max(took[-IN_A_ROW:]) <= limit_s
    return first[0] - began if is_normal else None


def sell(lane: Lane, base_url: str, *, is_over: Callable[[list[float]], bool]) -> list[float]:
    """One after the other, with a pause; what each took. One that is told to come back counts as long."""
    took: list[float] = []
    loop.run(base_url, [_seller(lane, took, is_over)])
    return took


def _seller(lane: Lane, took: list[float], is_over: Callable[[list[float]], bool]) -> Script:
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=random.Random(SEED))
    headers = authorized(lane.terminal_key, "Prefer: wait=10")
    while not is_over(took):
        began = time.monotonic()
        answer = yield request("POST", f"{API}/commands", headers=headers, body=f"[{sales.next().item()}]")
        assert answer, "only a pause is followed by nothing"
        is_sold = answer.status == 200 and SUCCEEDED in answer.body
        took.append(time.monotonic() - began if is_sold else GIVEN_UP_AFTER_S)
        yield PAUSE_S
