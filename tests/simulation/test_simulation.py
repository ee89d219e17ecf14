"""The simulation holds, is the same each time, and misses what is taken away. Its program runs by itself: it decides in
which order sets are gone through, and no test of this process shall see its time."""

import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from typing import TypeAlias

import pytest

from project import env as environment
from project.stack.servers import Servers, passing_database
from tests.simulation.mutants import teeth

MINUTES = "0.2"

Simulate: TypeAlias = Callable[..., str]


@pytest.fixture
def simulate(servers: Servers, template_database: str, copies: str, fresh_broker: str) -> Simulate:
    """What the program says on a new database, where all holds."""

    def said(*args: str) -> str:
        with passing_database(servers.database_url, template=f"{template_database} {copies}") as url:
            done = subprocess.run(
                [sys.executable, "-m", "tests.simulation", "--database", url, *args],
                env=environment.for_child(DATABASE_URL=url, BROKER_URL=fresh_broker, SECRET_KEY=secrets.token_hex()),
                cwd=environment.PROJECT_FOLDER,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return said


def test_no_seed_breaks_a_law(simulate: Simulate) -> None:
    said = simulate("--kept", "--minutes", MINUTES)
    assert re.search(r"^\d+ seeds, \d+ steps, \d+ commands", said, re.MULTILINE), said


def test_one_seed_is_one_run(simulate: Simulate) -> None:
    """On another database, and whatever the process has run before."""
    first, second = simulate("--seed", *"12", "--steps", "700"), simulate("--seed", *"21", "--steps", "700")
    runs = [line for line in first.splitlines() if "trace" in line]
    assert len(runs) == 2
    assert sorted(runs) == sorted(line for line in second.splitlines() if "trace" in line)


def test_what_is_taken_away_is_missed(simulate: Simulate) -> None:
    said = simulate("--teeth")
    assert said.count("missed by") == len(teeth())
