"""The simulation holds, is the same each time, and misses what is taken away. Its program runs by itself: it decides in
which order sets are gone through, and no test of this process shall see its time."""

import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from project import env as environment
from project.stack.servers import Servers, passing_database
from tests.simulation.mutants import teeth

MINUTES = "0.2"
ENDS_WITHIN_S = 60
"""Each job ends the seed's step that it is in."""

Begin: TypeAlias = Callable[..., AbstractContextManager["subprocess.Popen[str]"]]
Simulate: TypeAlias = Callable[..., str]


@pytest.fixture
def begin(servers: Servers, template_database: str, copies: str, fresh_broker: str) -> Begin:
    """The program on a new database; what it says is to be read."""

    @contextmanager
    def begun(*args: str) -> Iterator["subprocess.Popen[str]"]:
        with (
            passing_database(servers.database_url, template=f"{template_database} {copies}") as url,
            subprocess.Popen(
                [sys.executable, "-m", "tests.simulation", "--database", url, *args],
                env=environment.for_child(DATABASE_URL=url, BROKER_URL=fresh_broker, SECRET_KEY=secrets.token_hex()),
                cwd=environment.PROJECT_FOLDER,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as program,
        ):
            yield program

    return begun


@pytest.fixture
def simulate(begin: Begin) -> Simulate:
    """What the program says; `ends`: with which status."""

    def said(*args: str, ends: int = 0) -> str:
        with begin(*args) as program:
            told, _ = program.communicate()
        assert program.returncode == ends, told
        return told

    return said


def children(pid: int) -> list[int]:
    """Of all of its threads."""
    return [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]


def test_no_seed_breaks_a_law(simulate: Simulate) -> None:
    said = simulate("--kept", "--minutes", MINUTES)
    assert re.search(r"^\d+ seeds, \d+ steps, \d+ commands", said, re.MULTILINE), said


def test_one_seed_is_one_run(simulate: Simulate) -> None:
    """On another database, whatever else the server has to do, and whatever the process has run before."""
    with ThreadPoolExecutor(2) as side_by_side:
        said = side_by_side.map(lambda seeds: simulate("--seed", *seeds, "--steps", "900"), ("1", "21"))
    first, second = ([line for line in one.splitlines() if line.startswith("seed 1:")] for one in said)
    assert first == second
    assert "trace" in first[0]


@pytest.mark.timeout(900)
def test_what_is_taken_away_is_missed(simulate: Simulate) -> None:
    said = simulate("--teeth")
    assert said.count("missed by") == len(teeth())


def test_seeds_side_by_side_are_told_together(simulate: Simulate) -> None:
    said = simulate("--jobs", "2", "--seed", *"123", "--steps", "50").splitlines()
    assert sorted(line.partition(":")[0] for line in said if line.startswith("seed")) == ["seed 1", "seed 2", "seed 3"]
    assert said[-1].startswith("3 seeds, ")


def test_a_job_that_breaks_off_is_no_success(simulate: Simulate) -> None:
    simulate("--jobs", "2", "--plan", "no plan", ends=1)


def test_who_is_told_to_end_ends_its_jobs_first(begin: Begin) -> None:
    """Not only once they are through; and they leave no database behind, in which somebody stands still."""
    with begin("--jobs", "2", "--steps", "50", "--seed", *map(str, range(10_000))) as program:
        assert program.stdout
        assert "seed " in next(program.stdout)
        jobs = children(program.pid)
        program.terminate()
        program.communicate(timeout=ENDS_WITHIN_S)
    assert program.returncode == 130
    assert len(jobs) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in jobs)
