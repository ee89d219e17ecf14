"""`./ringup bench --quick` as a person starts it."""

import json
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from project import env as environment

RUN_WITHIN_S = 900
SELLING = ["view", "singles", "singles-two-calls", "bulk", "pgbench", "task"]
"""One for each way to sell."""


def begin(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "project", "bench", *arguments],
        env=environment.for_child(
            DATABASE_URL="", BROKER_URL="", SECRET_KEY=secrets.token_hex(), RINGUP_HOME=str(folder / "home")
        ),
        cwd=environment.PROJECT_FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.timeout(RUN_WITHIN_S + 20)
def test_who_is_named_is_measured_and_every_book_is_right(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    bench = begin(
        tmp_path, "--quick", "--only", ",".join([*SELLING, "waiting", "stages", "posting"]), "--json", str(file)
    )
    said, _ = bench.communicate(timeout=RUN_WITHIN_S)
    assert bench.returncode == 0, said
    assert "The books of every contender are right" in said
    report = json.loads(file.read_text())
    assert report["wrong"] == []
    assert report["postgresql"]["fsync"] == report["postgresql"]["synchronous_commit"] == "on"
    assert [name for name, one in report["contenders"].items() if one["sales_per_s"] <= 0] == []
    assert list(report["contenders"]) == SELLING
    figures = {one["name"] for one in report["figures"]}
    assert {"singles: sales/s", "bulk: sales/s", "500 tills wait: told, p99"} <= figures
    assert report["posting"]["entries_per_s"] > 0
    for part in ("web", "worker"):
        assert set(report["stages_us_per_sale"][part]) == {"1", "10", "100"}


def test_an_interrupted_bench_leaves_no_process(tmp_path: Path) -> None:
    bench = begin(tmp_path)
    info = tmp_path / "home" / "bench" / "run.json"
    while not info.exists():
        assert bench.poll() is None, bench.communicate()
        time.sleep(0.01)
    pids = [pid for name, pid in json.loads(info.read_text())["pids"].items() if name != "up"]
    bench.send_signal(signal.SIGINT)
    said, _ = bench.communicate(timeout=RUN_WITHIN_S)
    assert bench.returncode == 130, said
    assert "Traceback" not in said
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
