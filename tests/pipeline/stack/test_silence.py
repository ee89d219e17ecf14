"""kill -STOP of what `up` started, or of a child of it: it is told of, killed and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from base.outside.signs import Role, signs
from benchmarks.chaos.victims import descendants
from project import env as environment
from project.stack.embedded.child import free_port, wait_until
from project.stack.readiness import probes
from tests.support.processes.hanging import sitecustomize as hanging
from tests.support.processes.up import Up

SILENCE_MAX_S = 4
BACK_WITHIN_S = 120
HANGING = Path(hanging.__file__).parent


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    ports = {name: str(free_port()) for name in ("WEB_PORT", "FLOWER_PORT", "ACCOUNTING_PORT")}
    home = tmp_path_factory.mktemp("stack") / "home"
    running = Up(home, **ports, SILENCE_MAX_S=str(SILENCE_MAX_S), PYTHONPATH=str(HANGING))
    try:
        running.wait_ready()
        yield running
        running.process.terminate()
        running.process.wait(BACK_WITHIN_S)
    finally:
        running.kill()


def is_ready(up: Up) -> bool:
    urls = {"web": up.run["base_url"], "flower": up.run["flower_url"], "accounting": up.run["accounting_url"]}
    return all(answers() for answers in probes(urls, broker_url=up.run["broker_url"]).values())


def status(up: Up) -> tuple[int, str]:
    command = [sys.executable, "-m", "project", "status"]
    environ = environment.for_child(RINGUP_HOME=str(up.home), DATABASE_URL="", BROKER_URL="")
    done = subprocess.run(
        command, env=environ, cwd=environment.PROJECT_FOLDER, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@contextmanager
def held_up(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Nobody is started again while somebody reads who is silent: to read it may take longer than that."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def test_whatever_is_stopped_is_told_of_and_started_again(up: Up, subtests: pytest.Subtests) -> None:
    """All at the same time: none of these needs another one to come back."""
    stopped = {name: up.run["pids"][name] for name in ("web", "worker", "worker-io", "beat", "flower", "accounting")}
    for main in stopped.values():
        os.kill(main, signal.SIGSTOP)
    assert wait_until(lambda: "flower" in up.run["silent"], seconds=BACK_WITHIN_S)
    with held_up(up.process):
        code, told = status(up)
    for name, main in stopped.items():
        with subtests.test(name):
            comes_back(up, name, main)
    assert code == 1
    flower = ["flower", str(stopped["flower"]), "does not answer"]
    assert flower in [line.split(maxsplit=2) for line in told.splitlines()]


def test_so_is_who_has_a_stopped_child(up: Up, subtests: pytest.Subtests) -> None:
    stopped = {name: up.run["pids"][name] for name in ("web", "worker")}
    for main in stopped.values():
        os.kill(descendants(main)[0], signal.SIGSTOP)
    for name, main in stopped.items():
        with subtests.test(name):
            comes_back(up, name, main)


@pytest.mark.parametrize("name", ["valkey", "postgres"])
def test_so_is_a_server(up: Up, name: str) -> None:
    main = up.run["pids"][name]
    os.kill(main, signal.SIGSTOP)
    comes_back(up, name, main)


@pytest.mark.parametrize("how", [signal.SIGUSR1, signal.SIGUSR2], ids=["in a loop", "in a socket"])
def test_a_beat_that_hangs_is_noticed_and_started_again(up: Up, how: signal.Signals) -> None:
    main = up.run["pids"]["beat"]
    assert wait_until(lambda: main in pids_of(up, Role.BEAT), seconds=BACK_WITHIN_S)
    os.kill(main, how)
    comes_back(up, "beat", main)
    assert wait_until(lambda: up.run["pids"]["beat"] in pids_of(up, Role.BEAT), seconds=BACK_WITHIN_S)


def pids_of(up: Up, role: Role) -> list[int]:
    return [sign.pid for sign in signs(up.run["broker_url"]) or () if sign.role is role]


@pytest.mark.parametrize(("role", "name"), [(Role.COMMANDS, "worker"), (Role.IO, "worker-io"), (Role.BEAT, "beat")])
def test_everybody_gives_signs_of_life(up: Up, role: Role, name: str) -> None:
    assert wait_until(lambda: up.run["pids"][name] in pids_of(up, role), seconds=BACK_WITHIN_S)


def comes_back(up: Up, name: str, stopped: int) -> None:
    said = f"{name} did not answer for "
    assert wait_until(lambda: bool(up.run["pids"][name] != stopped), seconds=BACK_WITHIN_S), up.said.read_text()
    assert wait_until(lambda: is_ready(up), seconds=BACK_WITHIN_S), up.said.read_text()
    lines = [line for line in up.said.read_text().splitlines() if said in line]
    assert all(" s and was killed; starting it again in " in line for line in lines)
    assert lines
