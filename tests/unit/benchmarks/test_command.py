"""What `./ringup bench` refuses, and what it says in the end."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from benchmarks.contenders import CONTENDERS
from benchmarks.load.clock import Half
from benchmarks.results.figures import Figure
from benchmarks.results.measured import Measured
from benchmarks.results.report import as_json, print_report
from benchmarks.results.targets import reached
from benchmarks.run import Bench
from benchmarks.turns import unquiet
from project.commands.bench import main
from tests.unit.benchmarks.example import MEASURED, SECONDS, STAGES, bench, report_of, round_


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--json", "/nowhere/at/all.json"], "cannot write /nowhere/at/all.json"),
        (["--slow"], "unrecognized arguments: --slow"),
        (["--only", "view,sinlges"], "nobody is called sinlges"),
        (["--only", ""], "nobody is called"),
        (["--only", "posting"], "what is posted must have been sold"),
        (["--rounds", "0"], "from 1 to 100"),
        (["--rounds", "some"], "invalid rounds value: 'some'"),
        (["--keep", "--quick"], "only a whole run is kept"),
        (["--keep", "--only", "view"], "only a whole run is kept"),
        (["pictures", "--all"], "unrecognized arguments: --all"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def said(bench: Bench) -> str:
    screen = io.StringIO()
    print_report(
        Console(file=screen, width=140, force_terminal=False), bench, versions={"ringup": "0.1.0"}, seconds=SECONDS
    )
    return screen.getvalue()


def row(text: str, *beginning: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    return [cells for cells in rows if cells[: len(beginning)] == list(beginning)]


def test_figures_ratios_and_verdicts_can_be_read() -> None:
    text = said(bench(wrong=[]))
    assert row(text, "bulk of 100", "6,194") == [
        ["bulk of 100", "6,194", "29.56", "50.0", "95.0", "99.0", "6,813 5,884", "6,000 6,400"]
    ]
    assert row(text, "bulk of 100", "0.10") == [
        ["bulk of 100", "0.10", "0.80", "0.00", "0.00", "0.05", "0.00", "0.00", "0.85", "1.00", "0.25", "12", "0.8"]
    ]
    sentence = " ".join(text.split())
    assert "41,234 entries waited; it goes at 312 sales/s" in sentence
    assert "worker-io 1.50, accounting 0.75, postgres 0.00" in sentence
    assert row(text, "all") == [["all", "300 (140)", "52 (46)"]]
    assert row(text, "bulk: sales/s", "29.6") == [["bulk: sales/s", "29.6", "x view", ">= 20", "ok"]]
    assert row(text, "idle: p99") == [["idle: p99", "99.0", "ms", "<= 20", "MISSED"]]
    assert "fsync on, synchronous_commit on" in text
    assert "The books of every contender are right" in text


def test_wrong_books_are_said_instead() -> None:
    text = said(bench(wrong=["bulk: 99 payments in full for 100 sales"]))
    assert "Wrong: bulk: 99 payments in full for 100 sales" in text
    assert "are right" not in text


def test_who_is_left_out_takes_his_ratios_along() -> None:
    alone = {"singles": MEASURED["singles"], "task": MEASURED["task"]}
    some = Bench(database={}, measured=alone, figures=reached(alone), wrong=[], posting=None, profile={})
    text = said(some)
    assert row(text, "singles", "646")[0][2] == ""
    assert [cells[0] for cells in row(text) if len(cells) == 5] == ["singles: sales/s", "singles: p99"]
    assert "Posting" not in text
    told = as_json(some, versions={}, seconds=SECONDS, command_line="./ringup bench --only singles,task")
    assert set(told["contenders"]) == {"singles", "task"}
    assert told["contenders"]["singles"]["times_view"] is None
    assert told["contenders"]["singles"]["cpu_of_view"] is None
    assert told["posting"] is None


def test_parts_alone_have_no_contenders_to_tell_of() -> None:
    text = said(Bench(database={}, measured={}, figures=[], wrong=[], posting=None, profile={"web": STAGES}))
    assert row(text, "parse") == [["parse", "100 (90)", "50 (45)"]]
    assert "contender" not in text


def test_halves_that_differ_are_told() -> None:
    slower = replace(round_(600), halves=(Half(300, 3), Half(254, 3)))
    text = said(replace(bench(wrong=[]), measured={"singles": Measured([slower])}))
    assert row(text, "singles", "92")[0][6] == "100 85 differ"
    just = Measured([replace(slower, halves=(Half(255, 3), Half(300, 3)))])
    assert just.lasts


def test_a_run_tells_how_long_it_was() -> None:
    assert "It took 2.0 minutes; 1.5 were announced." in said(bench(wrong=[]))


def test_work_that_was_left_is_wrong() -> None:
    busy = replace(round_(600), is_quiet=False)
    assert list(unquiet({"singles": Measured([round_(600), busy]), "bulk": Measured([round_(600)])})) == [
        "singles: work was left 120 s after the last sale"
    ]


def test_all_figures_are_in_the_json() -> None:
    report = report_of(bench(wrong=[]))
    assert report["command_line"] == "./ringup bench"
    assert report["seconds"] == {"announced": 90, "taken": 120}
    assert report["machine"]["cores"] >= 1
    assert set(report["contenders"]) == {one.name for one in CONTENDERS}
    assert report["contenders"]["bulk"]["sales_per_s"] == 6193.5
    assert report["contenders"]["bulk"]["lines_per_s"] == 18580.6
    assert report["contenders"]["bulk"]["lasts"] is True
    assert (report["contenders"]["bulk"]["title"], report["contenders"]["bulk"]["tills"]) == ("bulk of 100", 3)
    assert report["contenders"]["large"]["times_view"] == 10
    assert report["contenders"]["bulk"]["times_view"] == 29.56
    assert report["contenders"]["bulk"]["cpu_s_per_1000_sales"]["web"] == 0.7
    assert report["contenders"]["bulk"]["cpu_s_per_1000_sales_but_clients"] == 0.85
    assert report["contenders"]["bulk"]["cpu_of_view"] == 1
    assert report["stages_us_per_sale"]["web"]["100"]["ring"] == {"wall": 2, "cpu": 1}
    assert [Figure.from_json(one).word for one in report["figures"]] == [
        one.get("verdict", "") for one in report["figures"]
    ]
    assert report["posting"]["cpu_s_per_1000_entries"]["accounting"] == 0.75
    assert report["wrong"] == []
