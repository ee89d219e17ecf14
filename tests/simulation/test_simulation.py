"""The simulation holds, is the same each time, and misses what is taken away. Its program runs by itself: it decides in
which order sets are gone through, and no test of this process shall see its time."""

import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import pytest

from project import env as environment
from project.stack.servers import Servers, passing_database
from tests.simulation.mutants import teeth

MINUTES = "0.2"

Simulate: TypeAlias = Callable[..., str]


@pytest.fixture
def simulate(servers: Servers, template_database: str, copies: str, fresh_broker: str) -> Simulate:
    """What the program says on a new database; `ends`: with which status."""

    def said(*args: str, ends: int = 0) -> str:
        with passing_database(servers.database_url, template=f"{template_database} {copies}") as url:
            done = subprocess.run(
                [sys.executable, "-m", "tests.simulation", "--database", url, *args],
                env=environment.for_child(DATABASE_URL=url, BROKER_URL=fresh_broker, SECRET_KEY=secrets.token_hex()),
                cwd=environment.PROJECT_FOLDER,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == ends, done.stdout + done.stderr
        return done.stdout

    return said


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


def test_what_is_taken_away_is_missed(simulate: Simulate) -> None:
    said = simulate("--teeth")
    assert said.count("missed by") == len(teeth())


def test_seeds_side_by_side_are_told_together(simulate: Simulate) -> None:
    said = simulate("--jobs", "2", "--seed", *"123", "--steps", "50").splitlines()
    assert sorted(line.partition(":")[0] for line in said if line.startswith("seed")) == ["seed 1", "seed 2", "seed 3"]
    assert said[-1].startswith("3 seeds, ")


def test_a_job_that_breaks_off_is_no_success(simulate: Simulate) -> None:
    simulate("--jobs", "2", "--plan", "no plan", ends=1)
