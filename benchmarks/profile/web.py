"""The web server's part of a sale, in this process; the stack's own worker settles it meanwhile."""

import random
from collections.abc import Callable
from typing import Any

from benchmarks.lane import Lane
from benchmarks.load.sales import Sales
from benchmarks.load.tills import API, SUCCEEDED
from benchmarks.profile.stopwatch import Stopwatch
from benchmarks.profile.wsgi import post
from orders.journal import submit
from orders.journal.api.bulk import calls as bulk
from orders.journal.api.bulk import plan as bulk_plan
from orders.journal.bell import Waiter
from orders.terminals.api.auth import TerminalKey
from project.api.strict import StrictParser
from project.wsgi import application

STAGES: list[tuple[object, str, str]] = [
    (TerminalKey, "__call__", "authenticate"),
    (StrictParser, "parse_body", "parse"),
    (bulk, "parse_item", "parse"),
    (bulk, "read_facts", "look up products, keys, orders"),
    (bulk_plan.Plan, "add", "plan"),
    (submit, "accept_many", "accept: create orders, store commands"),
    (submit, "ring_for", "ring"),
    (Waiter, "wait", "wait for the worker"),
    (bulk, "commands_in_turn", "read what was settled"),
    (bulk, "answer", "answer"),
]


def watched(lane: Lane, watch: Stopwatch) -> Callable[[int], None]:
    for place, name, stage in STAGES:
        watch.watch(place, name, stage)
    call = watch.timed("the rest: Django, ninja", lambda *given, **named: post(application, *given, **named))
    sales = Sales(wares=lane.wares, is_hot=False, dice=random.Random(1))

    def sell(size: int) -> None:
        body = ",".join(sales.next().item() for _ in range(size))
        answer: Any = call(f"{API}/commands", f"[{body}]", terminal_key=lane.terminal_key, prefer="wait=5")
        assert answer.count(SUCCEEDED) == size, answer[:300]

    return sell
