"""`./ringup bench memory`: what it refuses, when it is over, and what counts as growth."""

import io
import json
import os
import time

import pytest
from rich.console import Console

from benchmarks.host.resident import Resident, members, resident
from benchmarks.hours.kept import Kept, Mark
from benchmarks.hours.memory import UpTo, parse
from project.commands.bench import main


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "86401", "long"])
def test_how_long_is_a_number_of_seconds(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["memory", f"--seconds={given}"])
    assert end.value.code == 2
    assert "must be a whole number from 1 to 86400" in capsys.readouterr().err
    assert parse(["--seconds=86400"]).seconds == 86_400


def test_a_portion_is_over_after_so_many_sales_or_in_time() -> None:
    clock = UpTo(warm_up_s=0, window_s=60, sales_max=200)
    clock.count(100, begun_at=0)
    assert not clock.is_over()
    clock.count(100, begun_at=0)
    assert clock.is_over()
    late = UpTo(warm_up_s=0, window_s=0, sales_max=200)
    late.count(1, begun_at=time.perf_counter())
    assert late.is_over()


def kept(worker_mb: list[float], *, programs: tuple[str, ...] = ("worker",)) -> Kept:
    marks = [
        Mark(commands=10_000 * n, of={name: Resident(rss=mb + 20, pss=mb) for name in programs})
        for n, mb in enumerate(worker_mb)
    ]
    return Kept(database={"fsync": "on"}, marks=marks, wrong=[])


@pytest.mark.parametrize(
    ("worker_mb", "growth", "word"),
    [
        ([60, 70, 80, 80], "0.000", "ok"),
        ([60, 70, 80, 80.1, 80.2], "1.00", "ok"),
        ([60, 70, 80, 80.3, 80.6], "3.00", "MISSED"),
        ([60, 80], "0.000", "ok"),
    ],
)
def test_growth_is_that_of_the_later_half(worker_mb: list[float], growth: str, word: str) -> None:
    _, told = kept(worker_mb).figures
    assert (told.name, told.reached, told.unit, told.word) == (
        "worker: growth",
        growth,
        "MB in 100,000 commands",
        word,
    )


def test_a_worker_is_small_all_the_time() -> None:
    assert [kept([60, most, 100]).figures[0].word for most in (150, 151)] == ["ok", "MISSED"]


def test_of_others_growth_is_only_told() -> None:
    assert [one.word for one in kept([60, 70, 80, 90], programs=("worker", "flower")).figures] == ["ok", "MISSED", ""]


def test_each_mark_is_on_the_screen_and_in_the_json() -> None:
    screen = io.StringIO()
    kept([60, 80.25]).say(Console(file=screen, width=140, force_terminal=False))
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in screen.getvalue().splitlines()]
    assert [row for row in rows if len(row) == 2] == [["0", "80.0 / 60.0"], ["10,000", "100.2 / 80.2"]]
    report = json.loads(json.dumps(kept([60, 80.25]).as_json()))
    assert report["marks"][1] == {"commands": 10_000, "mb": {"worker": {"rss": 100.2, "pss": 80.2}}}


def test_memory_is_read_from_the_system() -> None:
    own = os.getpid()
    (found,) = members({"worker": own}).values()
    assert found[0] == own
    mine = resident([own])
    assert 10 < mine.pss <= mine.rss
    assert resident([own, own]).rss == pytest.approx(2 * mine.rss, rel=0.2)
    assert resident([2**22 + 1]) == (0, 0)
