"""`./ringup bench grown`: what it refuses, and how its figures come about."""

import io
import json

import pytest
from rich.console import Console

from benchmarks.grown.database import counting
from benchmarks.hours.compared import Compared
from benchmarks.hours.disk import Taken
from benchmarks.hours.grown import parse
from benchmarks.load.clock import Half
from benchmarks.results.measured import Measured, Round, middle_ratio
from project.commands.bench import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--orders", "9999"], "must be numbers from 10000 to 20000000"),
        (["--orders", "20000001"], "must be numbers from 10000 to 20000000"),
        (["--orders", "100000,"], "must be numbers from 10000 to 20000000"),
        (["--orders", "1e6"], "must be numbers from 10000 to 20000000"),
        (["--json", "/nowhere/at/all.json"], "cannot write /nowhere/at/all.json"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["grown", *arguments])
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def test_shops_come_by_size_and_once() -> None:
    assert parse(["--orders", "3000000,100000,100000"]).orders == [100_000, 3_000_000]
    assert parse([]).orders == [1_000_000]


def test_a_statement_is_about_as_many_orders_as_are_asked_for() -> None:
    assert counting("SELECT :orders - n FROM generate_series(1, :orders) AS n", 7) == (
        b"SELECT 7 - n FROM generate_series(1, 7) AS n"
    )


def measured(*rates: float, cpu_s: float = 1.0) -> Measured:
    return Measured(
        [
            Round(
                settled=100,
                halves=(Half(50, 50 / rate), Half(50, 50 / rate)),
                latencies_s=[0.01, 0.03],
                cpu_s={"clients": 9.0, "web": cpu_s},
                rings_left=0,
                quiet_after_s=0.0,
                is_quiet=True,
                others_cores=0.0,
            )
            for rate in rates
        ]
    )


def test_what_is_compared_is_the_middle_of_the_rounds() -> None:
    assert middle_ratio(measured(90, 200, 10), measured(100, 100, 100)) == pytest.approx(0.9)


def compared(*, wrong: list[str]) -> Compared:
    return Compared(
        database={"fsync": "on"},
        measured={0: {"bulk": measured(1000, 1000)}, 1_000_000: {"bulk": measured(940, 940, cpu_s=1.1)}},
        made={1_000_000: Taken(commands=1_000_000, by_relation={"small": 1e9, "orders_command": 3e9})},
        sold=Taken(commands=2_000, by_relation={"orders_command": 14e6, "of the empty one": 2e6}),
        wrong=wrong,
    )


def test_a_grown_shop_is_told_beside_the_empty_one() -> None:
    told = {figure.name: (figure.reached, figure.unit, figure.word) for figure in compared(wrong=[]).figures}
    assert told == {
        "bulk beside 1,000,000: sales/s": ("0.940", "x empty", "MISSED"),
        "bulk beside 1,000,000: processor time": ("1.10", "of empty", ""),
        "disk, a sale of one line, posted": ("4,000", "bytes a command", ""),
        "disk, a sale of three lines": ("8,000", "bytes a command", ""),
        "disk, 10,000,000 of one line": ("40.0", "GB", ""),
        "disk, 10,000,000 of three lines": ("80.0", "GB", ""),
    }


def said(one: Compared) -> str:
    screen = io.StringIO()
    one.say(Console(file=screen, width=140, force_terminal=False))
    return screen.getvalue()


def test_the_largest_on_disk_come_first() -> None:
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said(compared(wrong=[])).splitlines()]
    table = [row for row in rows if len(row) == 3]
    assert table == [
        ["orders_command", "3,000", "7,000"],
        ["small", "1,000", "0"],
        ["all, with the others", "4,000", "8,000"],
        ["settled commands", "1,000,000", "2,000"],
        ["GB", "4.00", "0.02"],
    ]


def test_wrong_books_are_said_instead() -> None:
    assert "The books of every shop are right" in said(compared(wrong=[]))
    text = said(compared(wrong=["0 orders before: bulk: 99 paid orders for 100 sales"]))
    assert "Wrong: 0 orders before: bulk: 99 paid orders for 100 sales" in text
    assert "are right" not in text


def test_all_figures_are_in_the_json() -> None:
    report = json.loads(json.dumps(compared(wrong=[]).as_json()))
    assert report["shops"]["1000000"]["bulk"]["sales_per_s"] == 940
    assert report["disk"]["1000000"] == {
        "commands": 1_000_000,
        "bytes": 4_000_000_000,
        "bytes_a_command": {"orders_command": 3000, "small": 1000},
    }
    assert report["figures"][0]["verdict"] == "MISSED"
    assert report["wrong"] == []
