"""Processor time by program, and by stage."""

import os
import subprocess
import sys
import time

import pytest

from benchmarks.host.cpu import between, others_between, spent
from benchmarks.profile.stopwatch import Stopwatch

BURN = "import time\nwhile time.process_time() < 0.3: pass"


def test_a_child_counts_for_the_program_that_started_it() -> None:
    pids = {"bench": os.getpid()}
    before = spent(pids)
    subprocess.run([sys.executable, "-c", BURN], check=True)
    after = spent(pids)
    assert between(before, after)["bench"] >= 0.28


def test_a_named_program_counts_for_itself_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", f"{BURN}\ninput()"], stdin=subprocess.PIPE) as child:
        pids = {"bench": os.getpid(), "child": child.pid}
        before, began_at = spent(pids), time.monotonic()
        while between(before, after := spent(pids))["child"] < 0.25:
            assert time.monotonic() - began_at < 30
        assert others_between(before, after) >= 0
        child.communicate(b"\n")
    assert spent(pids).by_program["child"] == 0


def test_time_in_an_inner_stage_counts_for_that_alone() -> None:
    watch = Stopwatch()

    def burn(seconds: float) -> str:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass
        return "burnt"

    inner = watch.timed("inner", burn)

    def both() -> str:
        burn(0.02)
        return str(inner(0.05))

    assert watch.timed("outer", both)() == "burnt"
    assert watch.stages["inner"].wall_s >= 0.05
    assert watch.stages["outer"].wall_s >= 0.02
    assert watch.stages["outer"].cpu_s <= watch.stages["outer"].wall_s + 0.001
    watch.forget()
    assert watch.stages == {}


def test_a_stage_that_fails_is_timed_too() -> None:
    watch = Stopwatch()
    with pytest.raises(ZeroDivisionError):
        watch.timed("outer", lambda: watch.timed("inner", lambda: 1 / 0)())()
    assert set(watch.stages) == {"inner", "outer"}
