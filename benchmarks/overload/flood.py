"""Many tills that call without a pause, and wait for nobody: three times what the machine takes."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from benchmarks.contenders import SEED
from benchmarks.lane import Lane
from benchmarks.load.http import Answer, request
from benchmarks.load.sales import Sales
from benchmarks.load.tills import API, authorized
from benchmarks.overload.arrivals import Call, Lines
from benchmarks.overload.history import Sale

WAIT_S = 5


@dataclass(slots=True)
class Heard:
    """`accepted`: commands; `answers_s`: how long each of these took that did not wait to be settled; `refused`: by
    status and code; `unclear`: what was answered otherwise; `not_told_when`: refusals without a Retry-After; `sales`:
    what was asked and answered where it was accepted."""

    accepted: list[str] = field(default_factory=list)
    answers_s: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    refused_s: list[float] = field(default_factory=list)
    unclear: Counter[str] = field(default_factory=Counter)
    not_told_when: int = 0
    most_at_once: int = 0
    unsent: int = 0
    sales: list[Sale] = field(default_factory=list)

    @property
    def offered(self) -> int:
        return len(self.accepted) + self.refused.total() + self.unclear.total() + self.unsent

    def take(self, answer: Answer, seconds: float, *, waits: bool) -> None:
        if answer.status in (200, 202):
            (item,) = json.loads(answer.body)["items"]
            if command_id := item["command_id"]:
                self.accepted.append(command_id)
                if not waits:
                    self.answers_s.append(seconds)
            else:
                self.unclear[f"a sale was refused: {item['problem']['code']}"] += 1
        elif answer.status in (429, 503):
            self.refused[f"{answer.status} {json.loads(answer.body)['code']}"] += 1
            self.refused_s.append(seconds)
            self.not_told_when += answer.retry_after_s is None
        else:
            self.unclear[f"{answer.status}: {answer.body[:200].decode(errors='replace')}"] += 1


def flood(lane: Lane, base_url: str, *, calls_per_s: float, seconds: float) -> Heard:
    """Each call is a sale; every other one waits until it is settled. Ends once all are answered."""
    heard = Heard()
    with Lines(base_url) as lines:
        lines.carry(_calls(lane, heard, calls_per_s=calls_per_s, until=time.monotonic() + seconds))
        heard.most_at_once, heard.unsent = lines.most, lines.unsent
    return heard


def _calls(lane: Lane, heard: Heard, *, calls_per_s: float, until: float) -> Iterator[Call]:
    dice = random.Random(SEED)
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=dice)
    heads = [authorized(key, *wait) for wait in ([], [f"Prefer: wait={WAIT_S}"]) for key in lane.terminal_keys]
    due = time.monotonic()
    for number in count():
        if due >= until:
            return
        at = number % len(heads)
        tills = len(lane.terminal_keys)
        one = _Sale(sales, heard, head=heads[at], till=at % tills, waits=at >= tills, due=due)
        yield Call(due, one.request, one.answered)
        due += dice.expovariate(calls_per_s)


@dataclass(slots=True)
class _Sale:
    """Its words are made when it is sent."""

    sales: Sales
    heard: Heard
    head: str
    till: int
    waits: bool
    due: float
    body: str = ""

    def request(self) -> bytes:
        self.body = f"[{self.sales.next().item()}]"
        return request("POST", f"{API}/commands", headers=self.head, body=self.body)

    def answered(self, answer: Answer, took_s: float) -> None:
        self.heard.take(answer, took_s, waits=self.waits)
        if answer.status in (200, 202):
            self.heard.sales.append(Sale(self.till, self.body, self.due, self.due + took_s, answer))
