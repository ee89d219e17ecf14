"""`status`, `logs` and `stop`, from another window than `up`."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from project import env as environment
from project.stack.embedded.child import free_port, wait_until
from project.stack.stack import STOPPED_WITHIN_S
from tests.support.processes.served import send
from tests.support.processes.up import Up

READY_WITHIN_S = 180
ENDS_WITHIN_S = 120
STACK = {"DATABASE_URL": "", "BROKER_URL": "", "SECRET_KEY": ""}


def ringup(home: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "project", *arguments],
        env=environment.for_child(**STACK, RINGUP_HOME=str(home)),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_they_tell_of_the_stack_and_stop_it_and_the_next_start_has_the_same_keys(tmp_path: Path) -> None:
    ports = {name: str(free_port()) for name in ("WEB_PORT", "FLOWER_PORT", "ACCOUNTING_PORT")}
    first = Up(tmp_path / "home", **ports)
    try:
        first.wait_ready()
        assert_told(first.home, ports["WEB_PORT"])
        terminals, asked_at = first.run["terminals"], time.monotonic()
        assert ringup(first.home, "stop") == (0, "ringup: stopped\n")
        assert first.process.wait(ENDS_WITHIN_S) == 0
        if time.monotonic() - asked_at < STOPPED_WITHIN_S:
            assert "took too long to stop" not in first.said.read_text()
        assert first.left() == []
        assert ringup(first.home, "status") == (1, f"ringup: no stack runs in {first.home}\n")
    finally:
        first.kill()

    second = Up(tmp_path / "home", **ports)
    try:
        second.wait_ready()
        assert second.run["terminals"] == terminals
        key = terminals["pos"]
        assert send("GET", f"{second.run['base_url']}/api/v1/orders", key=key).status == 200
    finally:
        second.kill()  # -9: nobody is left to stop the others
    assert wait_until(lambda: second.left() == [], seconds=60), second.left()


def assert_told(home: Path, web_port: str) -> None:
    # Who begins gives the first sign of life a moment later.
    wait_until(lambda: ringup(home, "status")[0] == 0, seconds=READY_WITHIN_S)
    code, told = ringup(home, "status")
    assert (code, told.count("  runs\n")) == (0, 9), told
    assert f"http://127.0.0.1:{web_port}/api/v1/docs" in told
    assert "Health  ready" in told
    assert "  demo can sell: no sale in the last 10 minutes, and none before.\n" in told
    code, told = ringup(home, "status", "--json")
    facts = json.loads(told)
    assert (code, facts["state"], facts["reasons"]) == (0, "running", [])
    parked = {"severity": "good", "name": "Parked commands", "text": "no commands are parked", "page": ""}
    assert parked in facts["shop"]
    code, told = ringup(home, "logs", "--no-follow", "worker")
    assert (code, "ready." in told) == (0, True)
    assert ringup(home, "logs", "till")[0] == 2


def test_where_nothing_runs_they_say_so_and_make_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ringup(home, "status") == (1, f"ringup: no stack runs in {home}\n")
    assert ringup(home, "status", "--json") == (1, f'{{"home": "{home}", "state": "none"}}\n')
    assert ringup(home, "stop") == (0, f"ringup: no stack runs in {home}\n")
    assert ringup(home, "logs") == (2, f"ringup: nothing was logged in {home / 'log'} yet\n")
    terminal = ringup(home, "manage", "create_terminal", "demo", "Till 2", "pos")
    assert terminal == (
        2,
        f"ringup: there is no shop in {home} yet: run ./ringup up first, or ./ringup manage migrate\n",
    )
    assert not home.exists()


@pytest.mark.parametrize("verb", [["up"], ["status"], ["stop"], ["manage", "migrate"]])
def test_a_home_that_cannot_be_one_is_one_clear_line(verb: list[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    code, told = ringup(file, *verb)
    assert (code, told) == (2, f"ringup: {file}: File exists\n")
    too_long = tmp_path / ("n" * 300)
    assert ringup(too_long, *verb) == (2, f"ringup: {too_long}: File name too long\n")
