"""kill -9 of whatever `up` started, while tills sell: it costs seconds and no person."""

import json
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.chaos.faults.deck import strikes
from project import env as environment
from project.stack.embedded.child import free_port

RUN_WITHIN_S = 900
KINDS = {
    *("postgres", "postgres, connection", "postgres, checkpointer", "postgres, walwriter", "valkey", "accounting"),
    *("web", "web, child", "worker", "worker, child", "worker-io", "beat", "flower"),
}
HOLDS = "Everything holds: nothing was lost, doubled or oversold."


def chaos(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "project", "chaos", *arguments],
        env=environment.for_child(
            DATABASE_URL="",
            BROKER_URL="",
            SECRET_KEY=secrets.token_hex(32),
            RINGUP_HOME=str(home),
            WEB_PORT=str(free_port()),
            FLOWER_PORT=str(free_port()),
            ACCOUNTING_PORT=str(free_port()),
        ),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=RUN_WITHIN_S,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(RUN_WITHIN_S + 20)
def test_each_kind_of_process_is_killed_once_and_comes_back_by_itself(tmp_path: Path) -> None:
    said = chaos(tmp_path, "--each")
    recovered = re.findall(r"^Killed (.+?) +recovered in +([\d.]+) s$", said, re.MULTILINE)
    assert {kind for kind, _ in recovered} >= KINDS
    assert HOLDS in said.splitlines()


@pytest.mark.timeout(RUN_WITHIN_S + 20)
def test_whatever_breaks_under_load_no_answer_is_wrong(tmp_path: Path) -> None:
    said = chaos(tmp_path, "--minutes", "0.3", "--seed", "7", "--json", str(tmp_path / "told.json"))
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["seed"] == 7
    assert told["violations"] == []
    assert sum(told["faults"].values()) > 0
    assert {"during", "after"} >= told["latency_ms"].keys()
    assert told["commands"]["applied"] > 20
    assert told["recovery_s"].keys() <= {fault.kind for fault in strikes(has_disk=True, broker="valkey")}
    assert said.splitlines()[0].startswith("Seed 7")
    assert "No violation: every answer can have been given so." in said.splitlines()
