"""`./ringup bench delay`: what it refuses, and how its figures come about."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from benchmarks.hours.begun import in_turns
from benchmarks.hours.delay import WORKERS, cases, parse, together
from benchmarks.hours.delayed import Case, Delayed, cores_by_program
from benchmarks.hours.workers import Workers, named
from benchmarks.load.clock import Half
from benchmarks.results.measured import Measured, Round
from project.commands.bench import main
from project.stack.embedded.child import ServerFailed


@pytest.mark.parametrize("given", ["0", "-1", "nan", "101", "fast"])
def test_a_delay_is_a_number_of_milliseconds(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["delay", f"--ms={given}"])
    assert end.value.code == 2
    assert "must be a number above 0 and up to 100" in capsys.readouterr().err
    assert parse(["--ms=0.5"]).ms == 0.5


@pytest.mark.parametrize("given", ["0", "129", "many"])
def test_tills_are_a_number(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["delay", f"--tills={given}"])
    assert end.value.code == 2
    assert "must be a whole number from 1 to 128" in capsys.readouterr().err
    assert (parse([]).tills, parse(["--tills=8"]).tills) == (32, 8)


def test_in_each_second_round_the_last_is_the_first() -> None:
    assert list(in_turns(["a", "b"], rounds=3)) == [(1, "a"), (1, "b"), (2, "b"), (2, "a"), (3, "a"), (3, "b")]


def test_as_many_workers_take_commands_as_are_wanted() -> None:
    told: list[tuple[str, str]] = []

    def control(what: str) -> Any:
        def call(queue: str, *, destination: list[str], **_: object) -> list[dict[str, dict[str, str]]]:
            told.append((what, destination[0].partition("@")[0]))
            return [{destination[0]: {"ok": queue}}] if "mute" not in destination[0] else []

        return call

    app: Any = SimpleNamespace(control=SimpleNamespace(add_consumer=control("add"), cancel_consumer=control("cancel")))
    broker: Any = SimpleNamespace(
        info=lambda _: {"blocked_clients": 3 - len([1 for what, _ in told if what == "cancel"])}
    )
    workers = Workers(app=app, broker=broker, names=named(3), pids={})
    for count in (1, 1, 2, 3):
        workers.wake(count)
    assert told == [("cancel", "worker-2"), ("cancel", "worker-3"), ("add", "worker-2"), ("add", "worker-3")]
    with pytest.raises(ServerFailed, match="mute does not answer"):
        Workers(app=app, broker=broker, names=["worker", "mute"], pids={}).wake(1)


def measured(*rates: float) -> Measured:
    return Measured(
        [
            Round(
                settled=100,
                halves=(Half(50, 50 / rate), Half(50, 50 / rate)),
                latencies_s=[0.01, 0.03],
                cpu_s={"clients": 0.1, "web": 0.2, "baseline-web": 0.1, "worker": 0.1, "worker-4": 0.2, "worker-io": 9},
                rings_left=0,
                quiet_after_s=0.0,
                is_quiet=True,
                others_cores=0.0,
            )
            for rate in rates
        ]
    )


RATES = {
    Case(contender="view", is_far=False): 50.0,
    Case(contender="singles", is_far=False, workers=1): 250.0,
    Case(contender="view", is_far=True): 25.0,
    Case(contender="singles", is_far=True, workers=1): 190.0,
    Case(contender="singles", is_far=True, workers=4): 285.0,
    Case(contender="bulk", is_far=True, workers=1): 1000.0,
}
DELAYED = Delayed(
    database={"fsync": "on"},
    round_trips_ms=(0.08, 1.13),
    measured={case: measured(rate, rate) for case, rate in RATES.items()},
    wrong=[],
)


def test_each_is_compared_with_the_view_on_the_same_line() -> None:
    told = [(one.name, one.reached, one.unit, one.word) for one in DELAYED.figures]
    assert told == [
        ("singles, near, 1 worker: sales/s", "5.00", "x view, near", ""),
        ("singles, far, 1 worker: sales/s", "7.60", "x view, far", "MISSED"),
        ("singles, far, 4 workers: sales/s", "11.4", "x view, far", "ok"),
        ("bulk, far, 1 worker: sales/s", "40.0", "x view, far", ""),
        ("singles, far, 4 workers: sales/s", "1.50", "x one worker", ""),
    ]


def test_cores_are_those_of_a_programs_every_process() -> None:
    assert cores_by_program(measured(100)) == {"clients": 0.1, "web": 0.3, "workers": 0.3, "postgres": 0, "broker": 0}


def test_what_was_sold_is_on_the_screen_and_in_the_json() -> None:
    screen = io.StringIO()
    DELAYED.say(Console(file=screen, width=140, force_terminal=False))
    text = screen.getvalue()
    assert "A round trip to the database takes 0.08 ms near and 1.13 ms far." in text
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines()]
    (row,) = [row for row in rows if row[:2] == ["view, far", "25"]]
    assert row == ["view, far", "25", "1.00", "10.0", "30.0", "0.03", "0.07", "0.07", "0.00", "0.00", "25 25"]
    report = json.loads(json.dumps(DELAYED.as_json()))
    assert report["cases"]["singles, far, 4 workers"]["sales_per_s"] == 285
    assert report["round_trips_ms"] == {"near": 0.08, "far": 1.13}


def test_the_books_are_about_all_that_a_contender_sold() -> None:
    assert {case.workers for case in cases() if case.is_far and case.contender == "singles"} == set(WORKERS)
    assert together(DELAYED.measured, "singles").settled == 600
