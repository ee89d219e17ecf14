"""The worker's part of a sale, in this process: nobody is rung, so the stack's own worker knows of nothing."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from benchmarks.lane import Lane
from benchmarks.load.sales import Sales
from benchmarks.load.tills import API
from benchmarks.profile.stopwatch import Stopwatch
from benchmarks.profile.wsgi import post
from orders.journal import submit
from orders.journal.core.batch import OrderSubject
from project.wsgi import application
from workers import execute, run

STAGES: list[tuple[object, str, str]] = [
    (execute, "claim", "claim"),
    (execute, "load", "load"),
    (execute, "decide", "decide"),
    (execute, "number", "number"),
    (execute, "explain", "explain refusals"),
    (execute, "save", "save and settle"),
    (run, "execute", "begin and commit"),
    (run, "announce", "tell waiting tills"),
    (run, "follow_up", "ring follow-up work"),
    (run, "run", "the rest"),
]


def watched(lane: Lane, watch: Stopwatch) -> Callable[[int], None]:
    for place, name, stage in STAGES:
        watch.watch(place, name, stage)
    setattr(submit, "ring_for", _nobody_is_rung)  # noqa: B010 - a plain assignment is refused by its type
    sales = Sales(wares=lane.wares, is_hot=False, dice=random.Random(2))

    def sell(size: int) -> None:
        body = ",".join(sales.next().item() for _ in range(size))
        accepted: Any = from_json(
            post(application, f"{API}/commands", f"[{body}]", terminal_key=lane.terminal_key, prefer="")
        )
        failures = run.run([OrderSubject(UUID(item["order_id"])) for item in accepted["items"]])
        assert not failures, failures

    return sell


def _nobody_is_rung(*_: object) -> None:
    """The commands are settled by this process."""
