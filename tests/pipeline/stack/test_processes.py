"""One process of the Procfile: begun, listened to, begun again, and stopped as gently as it lets us."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project.stack.embedded.child import wait_until
from project.stack.processes import Process, environment_of_processes, procfile

WAITS_FOR_A_LOCK = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
LOOKS_FOR_WORK = """
    SELECT count(*) > 0 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'orders_|inventory_'
"""


class Ear:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def say(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def heard(self, words: str) -> bool:
        return self.count(words) > 0

    def count(self, words: str) -> int:
        return sum(words in line for _, line in self.lines)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def process(command: str, ear: Ear, **environ: str) -> Process:
    return Process(
        "till", command, environ={**os.environ, **environ}, say=ear.say, started=lambda: ear.say("ringup", "started")
    )


@pytest.fixture
def patient(ear: Ear) -> Iterator[Process]:
    """It says that it is asked to stop, and stops."""
    program = "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
    running = process(program, ear)
    running.start()
    assert wait_until(lambda: ear.heard("ready"), seconds=60)
    yield running
    running.ask_to_stop()
    running.wait_stopped(until=time.monotonic() + 5)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_what_it_says_is_heard_under_its_name(patient: Process, ear: Ear) -> None:
    assert ("till", "ready") in ear.lines


def test_it_is_started_again_after_kill_9_and_that_is_said(patient: Process, ear: Ear) -> None:
    killed = patient.pid
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: patient.pid != killed and is_alive(patient.pid), seconds=60)
    assert ear.heard("till ended with status -9; starting it again in ")
    assert patient.starts == 2


def test_it_is_asked_to_stop_and_not_started_again(patient: Process, ear: Ear) -> None:
    patient.ask_to_stop()
    patient.wait_stopped(until=time.monotonic() + 5)
    assert not is_alive(patient.pid)
    assert wait_until(lambda: ear.heard("asked"), seconds=60), "its last words are read by another thread"
    assert patient.starts == 1
    assert not ear.heard("took too long")


def test_only_the_main_process_is_asked(ear: Ear) -> None:
    """A worker's child in the middle of a transaction must not be hit."""
    child = "trap 'echo child was hit' TERM; while :; do sleep 0.02; done"
    main = f"({child}) & child=$!; trap 'kill -9 $child; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
    running = process(main, ear)
    running.start()
    assert wait_until(lambda: ear.heard("ready"), seconds=60)
    running.ask_to_stop()
    running.wait_stopped(until=time.monotonic() + 5)
    assert not ear.heard("child was hit")


def test_who_does_not_stop_is_killed_with_its_children(ear: Ear) -> None:
    stubborn = "trap '' TERM; sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 0.02; done'"
    running = process(stubborn, ear)
    running.start()
    assert wait_until(lambda: ear.heard("child "), seconds=60)
    child = next(int(line.split()[1]) for _, line in ear.lines if line.startswith("child "))
    running.ask_to_stop()
    running.wait_stopped(until=time.monotonic() + 0.3)
    assert not is_alive(running.pid)
    assert wait_until(lambda: not is_alive(child), seconds=60), "the kernel ends a killed grandchild in its own time"
    assert ear.heard("till took too long to stop and was killed")


def test_one_that_always_fails_is_started_ever_more_slowly(ear: Ear) -> None:
    running = process("exit 3", ear)
    running.start()
    assert wait_until(lambda: ear.heard("starting it again in 0.4 s"), seconds=60)
    running.ask_to_stop()
    running.wait_stopped(until=time.monotonic() + 5)
    delays = [line.rpartition(" in ")[2] for _, line in ear.lines if "starting it again" in line]
    assert delays[:2] == ["0.2 s", "0.4 s"]


def test_beat_ends_when_asked_in_the_middle_of_a_query(stack_env: dict[str, str], ear: Ear) -> None:
    environ = environment_of_processes(stack_env, programs=Path(sys.executable).parent)
    beat = process(procfile()["beat"], ear, **environ)
    with psycopg.connect(stack_env["DATABASE_URL"], autocommit=True) as database:
        beat.start()
        assert wait_until(lambda: database.execute(LOOKS_FOR_WORK).fetchone() == (True,), seconds=60), ear.lines
        with database.transaction():
            database.execute("LOCK TABLE django_celery_beat_periodictasks")
            assert wait_until(lambda: database.execute(WAITS_FOR_A_LOCK).fetchone() == (1,), seconds=60), ear.lines
            beat.ask_to_stop()
            wait_until(lambda: not is_alive(beat.pid), seconds=1)
        beat.wait_stopped(until=time.monotonic() + 10)
    assert not ear.heard("took too long to stop"), ear.lines
