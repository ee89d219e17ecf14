"""Four tills as in any shop, by turns alone, beside a till that is broken, and beside its program alone.

The program of a till runs on a machine of its own, and here on that of the server and the four, whom it takes the
processor from. So in turns it calls a server with no Ringup in it (sink): what the four lose besides that, they lose to
what Ringup does for the broken one.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import count, islice
from multiprocessing.connection import Connection

from benchmarks.contenders import SEED
from benchmarks.hours.begun import in_turns
from benchmarks.lane import Lane
from benchmarks.load import loop
from benchmarks.load.http import Answer, request
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sales
from benchmarks.load.tills import API, SUCCEEDED, authorized
from benchmarks.overload.arrivals import Call, Lines
from benchmarks.overload.flood import Heard
from benchmarks.overload.sink import PROGRAMS, sink
from project.demo.report import percentiles

THINKS_S = 0.25
"""From one sale to the next, which is quicker than anybody is served."""
CALLS_PER_S = 150
BULK = 500
WAITS = 10
LARGEST = 1_000_000


class Beside(StrEnum):
    """What is there beside the four tills."""

    NOBODY = "nobody"
    ITS_PROGRAM = "the broken till's program"
    BROKEN = "a broken till"


@dataclass(slots=True)
class Turns:
    """`took_s`: each sale of the four tills; `seconds`: of all turns; `broken`: what the broken till was answered;
    `nowhere`: the same of its program."""

    took_s: dict[Beside, list[float]] = field(default_factory=lambda: {beside: [] for beside in Beside})
    seconds: dict[Beside, float] = field(default_factory=lambda: dict.fromkeys(Beside, 0.0))
    broken: Heard = field(default_factory=Heard)
    nowhere: Heard = field(default_factory=Heard)
    failed: list[str] = field(default_factory=list)

    def per_s(self, beside: Beside) -> float:
        return len(self.took_s[beside]) / max(self.seconds[beside], 1e-9)

    def ms(self, name: str, beside: Beside) -> float:
        return percentiles([1000 * one for one in self.took_s[beside]])[name]


def take_turns(four: Lane, one: Lane, base_url: str, *, turns: int, seconds: float) -> Turns:
    """`turns`: of each kind."""
    seen = Turns()
    dice = random.Random(SEED)
    for number, beside in in_turns(tuple(Beside), rounds=turns):
        with ExitStack() as parts:
            if beside is not Beside.NOBODY:
                called = base_url if beside is Beside.BROKEN else parts.enter_context(sink())
                heard = seen.broken if beside is Beside.BROKEN else seen.nowhere
                calls = int(CALLS_PER_S * seconds)
                parts.enter_context(_Broken(called, one, heard, seed=SEED + number, calls=calls))
            began = time.monotonic()
            until = began + seconds
            scripts = [_till(four, key, seen, dice, until=until, beside=beside) for key in four.terminal_keys]
            loop.run(base_url, scripts)
            seen.seconds[beside] += time.monotonic() - began
    return seen


def _till(lane: Lane, key: str, seen: Turns, dice: random.Random, *, until: float, beside: Beside) -> Script:
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=dice)
    headers = authorized(key, "Prefer: wait=10")
    yield dice.random() * THINKS_S
    while (began := time.monotonic()) < until:
        answer = yield request("POST", f"{API}/commands", headers=headers, body=f"[{sales.next().item()}]")
        assert answer, "only a pause is followed by nothing"
        if answer.status != 200 or SUCCEEDED not in answer.body:
            seen.failed.append(f"a sale beside {beside} was answered {answer.status}: {answer.body[:200]!r}")
        seen.took_s[beside].append(time.monotonic() - began)
        yield THINKS_S


class _Broken:
    """`with`: it calls without a pause: sales, large bodies, bulks, requests that wait for what does not come.

    A program of its own, as it would be: in this one, which tells the time, it would slow the others down itself."""

    def __init__(self, base_url: str, lane: Lane, heard: Heard, *, seed: int, calls: int) -> None:
        self._here, there = PROGRAMS.Pipe()
        self._program = PROGRAMS.Process(target=_call, args=(there, base_url, lane, seed, calls), name="broken till")
        self._heard = heard

    def __enter__(self) -> None:
        self._program.start()
        self._here.recv()
        self._here.send("begin")

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):  # it has made all its calls
            self._here.send("it is over")
        heard: Heard = self._here.recv()
        self._program.join()
        self._heard.refused += heard.refused
        self._heard.unclear += heard.unclear
        self._heard.not_told_when += heard.not_told_when
        self._heard.unsent += heard.unsent
        self._heard.answers_s += heard.answers_s


def _call(other: Connection, base_url: str, lane: Lane, seed: int, calls: int) -> None:
    made = list(islice(_requests(lane, random.Random(seed)), calls))
    heard = Heard()
    other.send("all is made")
    other.recv()
    with Lines(base_url) as lines:
        lines.carry(_calls(made, heard, is_over=other.poll))
        heard.unsent = lines.unsent
    other.send(heard)


def _calls(made: list[bytes], heard: Heard, *, is_over: Callable[[], bool]) -> Iterator[Call]:
    due = time.monotonic()
    for one in made:
        if is_over():
            return
        yield Call(due, partial(bytes, one), partial(_answered, heard))
        due += 1 / CALLS_PER_S


def _answered(heard: Heard, answer: Answer, took_s: float) -> None:
    if answer.status in (429, 503):
        heard.refused[f"{answer.status} {json.loads(answer.body)['code']}"] += 1
        heard.not_told_when += answer.retry_after_s is None
    elif answer.status in (200, 202):
        heard.answers_s.append(took_s)
    else:
        heard.unclear[f"{answer.status}: {answer.body[:100].decode(errors='replace')}"] += 1


def _requests(lane: Lane, dice: random.Random) -> Iterator[bytes]:
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=dice)
    headers = authorized(lane.terminal_key)
    waits = authorized(lane.terminal_key, f"Prefer: wait={WAITS}")
    # One sale, padded to the largest body that there may be.
    large = request("POST", f"{API}/commands", headers=headers, body=f"[{sales.next().item()}".ljust(LARGEST) + "]")
    for number in count():
        match number % 15:
            case 0:
                items = ",".join(sales.next().item() for _ in range(BULK))
                yield request("POST", f"{API}/commands", headers=headers, body=f"[{items}]")
            case 1:
                yield large
            case 2 | 3:
                yield request("GET", f"{API}/changes", headers=waits)
            case _:
                yield request("POST", f"{API}/commands", headers=waits, body=f"[{sales.next().item()}]")
