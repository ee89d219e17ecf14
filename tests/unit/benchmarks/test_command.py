"""What `./ringup bench` refuses, and what it says in the end."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from benchmarks.contenders import CONTENDERS
from benchmarks.figures import Figure
from benchmarks.load.clock import Half
from benchmarks.measured import Measured, Round
from benchmarks.report import as_json, print_report
from benchmarks.run import Bench, unquiet
from benchmarks.targets import reached
from benchmarks.upkeep import Posting
from project.commands.bench import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--json", "/nowhere/at/all.json"], "cannot write /nowhere/at/all.json"),
        (["--slow"], "unrecognized arguments: --slow"),
        (["--only", "view,sinlges"], "nobody is called sinlges"),
        (["--only", ""], "nobody is called"),
        (["--only", "posting"], "what is posted must have been sold"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


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


SPEED = {"view": (200.0, 220.0), "pgbench": (3000.0, 3200.0), "bulk": (6000.0, 6400.0)}
MEASURED = {one.name: Measured([round_(rate) for rate in SPEED.get(one.name, (600.0, 700.0))]) for one in CONTENDERS}


def bench(*, wrong: list[str]) -> Bench:
    return Bench(
        database={"fsync": "on", "synchronous_commit": "on"},
        measured=MEASURED,
        figures=reached(MEASURED),
        wrong=wrong,
        posting=Posting(
            waited=41_234, entries_per_s=312.4, cpu_ms_per_entry={"worker-io": 1.5, "accounting": 0.75, "web": 0.0}
        ),
        profile={"web": STAGES},
    )


def said(bench: Bench) -> str:
    screen = io.StringIO()
    print_report(Console(file=screen, width=140, force_terminal=False), bench, versions={"ringup": "0.1.0"})
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
    told = as_json(some, versions={}, command_line="./ringup bench --only singles,task")
    assert set(told["contenders"]) == {"singles", "task"}
    assert told["contenders"]["singles"]["times_view"] is None
    assert told["contenders"]["singles"]["cpu_of_view"] is None
    assert told["posting"] is None


def test_parts_alone_have_no_contenders_to_tell_of() -> None:
    text = said(Bench(database={}, measured={}, figures=[], wrong=[], posting=None, profile={"web": STAGES}))
    assert row(text, "parse") == [["parse", "100 (90)", "50 (45)"]]
    assert "contender" not in text


def test_work_that_was_left_is_wrong() -> None:
    busy = replace(round_(600), is_quiet=False)
    assert list(unquiet({"singles": Measured([round_(600), busy]), "bulk": Measured([round_(600)])})) == [
        "singles: work was left 120 s after the last sale"
    ]


def test_all_figures_are_in_the_json() -> None:
    told = as_json(bench(wrong=[]), versions={"ringup": "0.1.0"}, command_line="./ringup bench")
    report = json.loads(json.dumps(told))
    assert report["command_line"] == "./ringup bench"
    assert report["machine"]["cores"] >= 1
    assert set(report["contenders"]) == {one.name for one in CONTENDERS}
    assert report["contenders"]["bulk"]["sales_per_s"] == 6193.5
    assert report["contenders"]["bulk"]["times_view"] == 29.56
    assert report["contenders"]["bulk"]["cpu_s_per_1000_sales"]["web"] == 0.7
    assert report["contenders"]["bulk"]["cpu_s_per_1000_sales_but_clients"] == 0.85
    assert report["contenders"]["bulk"]["cpu_of_view"] == 1
    assert report["stages_us_per_sale"]["web"]["100"]["ring"] == {"wall": 2, "cpu": 1}
    assert [Figure.from_json(one).word for one in report["figures"]] == [one["verdict"] for one in report["figures"]]
    assert report["posting"]["cpu_s_per_1000_entries"]["accounting"] == 0.75
    assert report["wrong"] == []
