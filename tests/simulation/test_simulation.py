"""The simulation holds, is the same each time, and misses what is taken away. Its program runs by itself: it decides in
which order sets are gone through, and no test of this process shall see its time."""

import re
import secrets
import subprocess
import sys

import pytest

from project import env as environment
from tests.simulation.mutants import teeth

MINUTES = "0.2"


@pytest.fixture
def simulate(fresh_database: str, fresh_broker: str) -> "Simulate":
    return Simulate(fresh_database, fresh_broker)


class Simulate:
    def __init__(self, database_url: str, broker_url: str) -> None:
        self._env = environment.for_child(
            DATABASE_URL=database_url, BROKER_URL=broker_url, SECRET_KEY=secrets.token_hex()
        )
        self._database_url = database_url

    def __call__(self, *args: str) -> str:
        """What it says, where it holds."""
        command = [sys.executable, "-m", "tests.simulation", "--database", self._database_url, *args]
        done = subprocess.run(
            command, env=self._env, cwd=environment.PROJECT_FOLDER, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def test_no_seed_breaks_a_law(simulate: Simulate) -> None:
    said = simulate("--kept", "--minutes", MINUTES)
    assert re.search(r"^\d+ seeds, \d+ steps, \d+ commands", said, re.MULTILINE), said


def test_one_seed_is_one_run(simulate: Simulate) -> None:
    first, second = (simulate("--seed", "11", "--steps", "150").splitlines()[0] for _ in range(2))
    assert first == second
    assert "trace" in first


def test_what_is_taken_away_is_missed(simulate: Simulate) -> None:
    said = simulate("--teeth")
    assert said.count("missed by") == len(teeth())
