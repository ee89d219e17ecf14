"""What `./ringup demo` refuses before it starts anything, and what it says in the end."""

import gzip
import io
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from rich.console import Console

from project import env as environment
from project.commands.demo import main
from project.demo.report import Report
from project.demo.summary import print_summary
from project.demo.verdict import Refused
from tests.unit.demo.bundled_day import BUNDLED_DAY

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def refusal(*arguments: str) -> str:
        with pytest.raises(SystemExit) as end:
            main([*arguments])
        said = capsys.readouterr()
        assert end.value.code == 2
        assert said.out == ""
        return said.err

    return refusal


def test_a_malformed_row_is_named_in_one_line(tmp_path: Path, refusal: Callable[..., str]) -> None:
    path = tmp_path / "day.csv"
    path.write_text(HEADER + "1,22752,RUG,many,2011-12-05 09:00:00,1.00,7,UK\n")
    complaint = "row 2: Quantity 'many' is not a whole number from 1 to 1000000, or its negative"
    assert refusal("--data", str(path)) == f"ringup: {path}: {complaint}\n"


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("absent.csv", None, "No such file or directory"),
        ("broken.csv.gz", b"no gzip", "Not a gzipped file"),
        ("cut.csv.gz", gzip.compress(HEADER.encode(), mtime=0)[:10], "Compressed file ended"),
        ("bad.csv.gz", gzip.compress(HEADER.encode(), mtime=0)[:10] + b"\xff" * 20, "Error -3"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, refusal: Callable[..., str], name: str, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    said = refusal("--data", str(path))
    assert said.startswith(f"ringup: {path}: {complaint}")
    assert said.count("\n") == 1


@pytest.mark.parametrize("count", ["0", "101", "-1", "five", "²"])
def test_an_impossible_number_of_tills_is_refused(refusal: Callable[..., str], count: str) -> None:
    assert "must be a whole number from 1 to 100" in refusal("--terminals", count)


def test_a_report_that_cannot_be_written_is_refused_before_the_day(tmp_path: Path, refusal: Callable[..., str]) -> None:
    assert "cannot write" in refusal("--report", str(tmp_path / "absent" / "report.json"))


def test_an_outage_of_ones_own_accounting_system_is_refused(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCOUNTING_URL", "https://books.example")
    environment.current.cache_clear()
    assert "--accounting-down: needs the simulator" in refusal("--accounting-down")
    monkeypatch.undo()
    environment.current.cache_clear()


TURNOVER = "£73,378.88 net + £0.00 of VAT at 0 % + £14,659.19 of VAT at 20 % = £88,038.07"
REPORT = Report(
    **asdict(BUNDLED_DAY),
    kinds={"pay": 158},
    succeeded=150,
    rejected={"stock_insufficient": 7, "transition_not_allowed": 1},
    parked=0,
    pending=0,
    net_minor=7_337_888,
    invoice_numbers=132,
    invoice_numbers_duplicated=0,
    invoice_numbers_late=0,
    entry_kinds={"sale": 133},
    entries=133,
    entries_posted=133,
    entries_parked=0,
    entries_booked=None,
    accounting_down_s=0.0,
    drawers=2,
    cash_minor=4_500_017,
    cash_difference_minor=0,
    replayed=15,
    oversold_levels=0,
    audit_drifts=0,
    elapsed_s=2.5,
    commands_per_s=63.2,
    latency_ms={"p50": 4.1, "p95": 9.0, "p99": 11.0},
    versions={},
)
SHORT = Refused(key="580538/1", sku="22752", requested=12, available=7, left_at_close=7)


def said(
    *, report: Report = REPORT, refused: tuple[Refused, ...] = (), broken: tuple[str, ...] = (), scarce: bool = False
) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=120)
    print_summary(console, report=report, refused=refused, broken=broken, scarce=scarce)
    return screen.getvalue()


def test_the_summary_can_be_read() -> None:
    text = said()
    for words in (
        "43,841 units, £88,252.27 in paid orders",
        TURNOVER,
        "132 with 5,302 lines",
        "p50 4.1 ms",
        "15 answered",
    ):
        assert words in text
    assert "7 stock_insufficient, 1 transition_not_allowed" in text
    assert text.endswith("Everything holds: nothing was lost, doubled or oversold.\n")


def test_what_the_commands_and_entries_were_is_told() -> None:
    report = replace(REPORT, kinds={"pay": 132, "adjust": 18, "write_off": 8}, entry_kinds={"sale": 127, "return": 1})
    assert "Of these           132 pay, 18 adjust, 8 write-off" in said(report=report)
    assert "127 sale, 1 return; what costs nothing is not posted" in said(report=report)


def test_numbers_and_postings_are_told() -> None:
    assert "132 given, 0 of them twice" in said()
    assert "after the sale" not in said()
    assert "133 of 133 confirmed by accounting, 0 refused" in said()
    late = said(report=replace(REPORT, invoice_numbers_late=47, entries_booked=133, accounting_down_s=3.14))
    assert "132 given, 0 of them twice, 47 after the sale" in late
    assert "0 refused, 133 in its books; it was down for 3.1 s" in late


def test_the_drawers_are_told_in_a_line() -> None:
    assert "2 closed with £45,000.17 in cash, a difference of £0.00" in said()


def test_a_scarce_day_says_what_was_refused_and_that_nothing_was_oversold() -> None:
    text = said(refused=(SHORT, SHORT), scarce=True)
    assert "Stock was scarce: 7 commands were refused for want of it. Oversold nothing." in text
    assert ["22752", "2", "24", "7", "7"] in [line.replace("│", " ").split() for line in text.splitlines()]


def test_a_broken_law_is_said_instead() -> None:
    text = said(broken=("2 commands are parked",))
    assert "Does not hold: 2 commands are parked" in text
    assert "Everything holds" not in text
