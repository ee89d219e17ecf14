"""A run with figures that are easy to check."""

import json
from typing import Any

from benchmarks.contenders import CONTENDERS
from benchmarks.load.clock import Half
from benchmarks.results.measured import Measured, Round
from benchmarks.results.report import as_json
from benchmarks.results.targets import reached
from benchmarks.run import Bench
from benchmarks.upkeep import Posting
from benchmarks.waiting import Waiting

STAGES = {
    1: {"parse": (100.0, 90.0), "ring": (200.0, 50.0)},
    100: {"parse": (50.0, 45.0), "ring": (2.0, 1.0)},
}


def round_(sales_per_s: float) -> Round:
    return Round(
        settled=1000,
        halves=(Half(330, 300 / sales_per_s), Half(570, 600 / sales_per_s)),
        latencies_s=[0.001 * n for n in range(1, 101)],
        cpu_s={"clients": 0.1, "web": 0.7, "baseline-web": 0.1, "valkey": 0.05},
        rings_left=12,
        quiet_after_s=0.8,
        is_quiet=True,
        others_cores=0.25,
    )


SECONDS = {"announced": 90.0, "taken": 120.4}
SPEED = {"view": (200.0, 220.0), "view-large": (60.0, 70.0), "pgbench": (3000.0, 3200.0), "bulk": (6000.0, 6400.0)}
MEASURED = {
    one.name: Measured([round_(rate) for rate in SPEED.get(one.name, (600.0, 700.0))], one.size.lines)
    for one in CONTENDERS
}

WAITING = Waiting(
    told_s=[0.01 * n for n in range(1, 501)],
    is_held=[True] * 400 + [False] * 100,
    empty_mb=[90.0],
    full_mb=[140.0, 150.0],
    web_cores=[0.02, 0.04],
)


def bench(*, wrong: list[str]) -> Bench:
    return Bench(
        database={"fsync": "on", "synchronous_commit": "on"},
        measured=MEASURED,
        figures=[*reached(MEASURED), *WAITING.figures()],
        wrong=wrong,
        posting=Posting(
            waited=41_234, entries_per_s=312.4, cpu_ms_per_entry={"worker-io": 1.5, "accounting": 0.75, "web": 0.0}
        ),
        profile={"web": STAGES},
    )


def report_of(bench: Bench) -> dict[str, Any]:
    """As it is read from its file."""
    versions = {"ringup": "0.1.0", "postgresql": "18.6"}
    told = as_json(bench, versions=versions, seconds=SECONDS, command_line="./ringup bench")
    return dict(json.loads(json.dumps(told)))
