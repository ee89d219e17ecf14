"""What is said of tills that wait."""

import json
import random
import time
from datetime import UTC, datetime

import pytest

from benchmarks.load.http import Answer
from benchmarks.load.sales import Sales, Ware
from benchmarks.load.tills import SaleFailed
from benchmarks.waiting import PAUSE_S, till
from tests.unit.benchmarks.example import WAITING

SALES = Sales(wares=[Ware(n, f"shop/{n:03}", 100) for n in range(9)], is_hot=False, dice=random.Random(1))
STORED = json.dumps({"items": [{"command_id": "c-1", "command": {"state": "pending", "settled_at": None}}]}).encode()


def settled(at: datetime) -> bytes:
    return json.dumps({"state": "succeeded", "settled_at": at.isoformat()}, separators=(",", ":")).encode()


def test_a_till_asks_on_until_its_sale_is_settled_and_pauses_where_it_is_not_held() -> None:
    told_s: list[float] = []
    is_held: list[bool] = []
    waiting = till(SALES.next(), terminal_key="k", told_s=told_s, is_held=is_held)
    sent = next(waiting)
    assert isinstance(sent, bytes)
    assert sent.startswith(b"POST /api/v1/commands ")
    assert waiting.send(Answer(202, STORED)) == PAUSE_S
    asked = waiting.send(None)
    assert isinstance(asked, bytes)
    assert asked.startswith(b"GET /api/v1/commands/c-1 ")
    assert waiting.send(Answer(200, STORED, was_held=True)) == asked
    with pytest.raises(StopIteration):
        waiting.send(Answer(200, settled(datetime.fromtimestamp(time.time() - 3, UTC)), was_held=True))
    assert is_held == [False]
    assert 3 <= told_s[0] < 4


def test_a_till_that_is_told_something_else_ends_the_run() -> None:
    waiting = till(SALES.next(), terminal_key="k", told_s=[], is_held=[])
    next(waiting)
    with pytest.raises(SaleFailed, match="was answered 503: down"):
        waiting.send(Answer(503, b"down"))


def test_its_figures_are_of_all_rounds() -> None:
    assert {one.name: one.value for one in WAITING.figures()} == {
        "500 tills wait: told, p50": 2500,
        "500 tills wait: told, p99": 4950,
        "500 tills wait: held at once": 400,
        "500 tills wait: web's processor": pytest.approx(3),
        "500 tills wait: web's memory": 150,
        "nobody waits: web's memory": 90,
    }
