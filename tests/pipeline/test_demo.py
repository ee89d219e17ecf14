"""A small day through the real stack, undisturbed and with a process killed in the middle of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from project import env as environment
from project.stack.embedded.child import free_port

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
RUN_WITHIN_S = 280


class Demo:
    """`./ringup demo` as a person starts it, in a home of its own."""

    def __init__(self, folder: Path, rows: list[str], *arguments: str, environ: dict[str, str]) -> None:
        self.home = folder / "home" / "demo"
        self._report = folder / "report.json"
        data = folder / "day.csv"
        data.write_text("\n".join([HEADER, *rows, ""]))
        files = ["--data", str(data), "--report", str(self._report)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "project", "demo", *files, *arguments],
            env=environ,
            cwd=environment.PROJECT_FOLDER,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=RUN_WITHIN_S)
        return self.process.returncode, said

    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self._report.read_text())
        return report

    def run_info(self) -> dict[str, Any]:
        """What the stack says of itself, as soon as it is ready."""
        file = self.home / "run.json"
        self.wait_until(file.exists)
        info: dict[str, Any] = json.loads(file.read_text())
        return info

    def wait_until(self, condition: Callable[[], bool]) -> None:
        try:
            while not condition():
                assert self.process.poll() is None, self.finish()
                time.sleep(0.002)
        except psycopg.OperationalError:  # its database is gone: it has ended, and says why
            pytest.fail(self.finish()[1])


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Start a demo with servers of its own; what a failed test leaves behind is stopped."""
    begun: list[Demo] = []

    def begin(rows: list[str], *arguments: str) -> Demo:
        ports = {f"{name}_PORT": str(free_port()) for name in ("WEB", "FLOWER", "ACCOUNTING")}
        own = {"RINGUP_HOME": str(tmp_path / "home"), "SECRET_KEY": "", "DATABASE_URL": "", "BROKER_URL": ""}
        environ = environment.for_child(**own, **ports)
        begun.append(Demo(tmp_path, rows, *arguments, environ=environ))
        return begun[-1]

    yield begin
    for demo in begun:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.finish()


def row(
    invoice: str, sku: str, quantity: int, *, minute: int, price: str = "1.25", who: str = "7.0", what: str = "RUG"
) -> str:
    return f"{invoice},{sku},{what},{quantity},2011-12-05 09:{minute:02}:00,{price},{who},United Kingdom"


SMALL_DAY = [
    *(row(str(n), sku, 2, minute=n) for n in range(1, 13) for sku in ("22752", "85123A", "22752", "POST")),
    row("13", "21201", -3, minute=14, what="wet"),
    row("C14", "22752", -3, minute=15),
    row("C14", "22752", -1, minute=15, who="8.0"),
    row("C14", "M", -1, minute=15),
    row("15", "22197", 1, minute=16, price="0"),
]


def test_a_small_day_is_sold_whole(begin: Callable[..., Demo]) -> None:
    demo = begin(SMALL_DAY, "--terminals", "3")
    status, said = demo.finish()
    assert status == 0, said
    assert "Everything holds" in said
    report = demo.report()
    assert report["elapsed_s"] > 0
    assert set(report["latency_ms"]) == {"p50", "p95", "p99"}
    assert {"python", "postgresql", "broker", "django", "celery"} <= set(report["versions"])
    measured = ("elapsed_s", "commands_per_s", "latency_ms", "versions", "invoice_numbers_late")
    assert {name: value for name, value in report.items() if name not in measured} == {
        "orders": 13,
        "lines": 49,
        "commands": 16,
        "kinds": {"pay": 13, "adjust": 1, "return": 1, "write_off": 1},
        "succeeded": 16,
        "rejected": {},
        "parked": 0,
        "pending": 0,
        "revenue_minor": 11 * 1000 + 900,
        "net_minor": 11_525 - 1924,
        "gross_minor": 11 * 1000 + 900 - 3 * 125,
        "taxes": {"20": 11 * 167 + 150 - 63},
        "units_sold": 12 * 6 + 1,
        "units_returned": 3,
        "unmatched_return_units": 1,
        "units_written_off": 3,
        "credit_lines_left_out": 1,
        "invoice_numbers": 13,
        "invoice_numbers_duplicated": 0,
        "entry_kinds": {"sale": 12, "return": 1},
        "entries": 13,
        "entries_posted": 13,
        "entries_parked": 0,
        "entries_booked": None,
        "accounting_down_s": 0.0,
        "drawers": 2,
        "cash_minor": 2 * (10_000 + 3 * 125) + 5 * 1000 + 900 - 3 * 125,
        "cash_difference_minor": 0,
        "replayed": 1,
        "oversold_levels": 0,
        "audit_drifts": 0,
    }


def test_a_scarce_day_refuses_what_stock_cannot_serve_and_says_so(begin: Callable[..., Demo]) -> None:
    """Half of it: six of twelve sales, none of the last product, and no return of what was not sold."""
    demo = begin(SMALL_DAY, "--terminals", "1", "--scarce")
    status, said = demo.finish()
    assert status == 0, said
    assert "Oversold nothing." in said
    report = demo.report()
    assert report["oversold_levels"] == report["audit_drifts"] == 0
    assert report["invoice_numbers"] == 6
    assert report["rejected"] == {"stock_insufficient": 7, "transition_not_allowed": 1}


def test_accounting_is_down_and_the_shop_does_not_notice(begin: Callable[..., Demo]) -> None:
    sales = 90
    demo = begin(long_day(sales), "--terminals", "3", "--accounting-down")
    status, said = demo.finish()
    assert status == 0, said
    assert "Everything holds" in said
    report = demo.report()
    assert report["accounting_down_s"] > 0
    assert report["rejected"] == {}
    assert 0 < report["invoice_numbers_late"] < report["invoice_numbers"] == sales
    assert report["entries"] == report["entries_posted"] == report["entries_booked"] == sales
    assert report["audit_drifts"] == 0


def long_day(sales: int) -> list[str]:
    return [row(str(n), sku, 1, minute=n % 60) for n in range(1, sales + 1) for sku in ("22752", "85123A")]


def itself(pid: int) -> int:
    return pid


def its_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def test_processes_killed_in_the_middle_change_nothing(begin: Callable[..., Demo]) -> None:
    """One after the other: a child, the worker, and the web server."""
    sales = 300
    demo = begin(long_day(sales), "--terminals", "4")
    info = demo.run_info()
    with psycopg.connect(info["database_url"], autocommit=True) as database:

        def paid() -> int:
            row = database.execute("SELECT count(*) FROM orders_order WHERE paid_at IS NOT NULL").fetchone()
            return int(row[0]) if row else 0

        def at_least(count: int) -> bool:
            return paid() >= count

        for after, name, victim in ((20, "worker", its_child), (80, "worker", itself), (140, "web", itself)):
            demo.wait_until(partial(at_least, after))
            os.kill(victim(info["pids"][name]), signal.SIGKILL)
        assert paid() < sales
    status, said = demo.finish()
    assert status == 0, said
    report = demo.report()
    assert (report["orders"], report["succeeded"], report["invoice_numbers"]) == (sales, sales, sales)


def test_an_interrupted_demo_leaves_no_process(begin: Callable[..., Demo]) -> None:
    demo = begin(long_day(2000), "--terminals", "4")
    pids = [pid for name, pid in demo.run_info()["pids"].items() if name != "up"]
    demo.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    status, said = demo.finish()
    assert time.monotonic() - began < 60
    assert status == 130, said
    assert "Traceback" not in said
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
