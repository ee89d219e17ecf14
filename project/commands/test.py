"""`./ringup test [pytest arguments]`: the tests, with a home and embedded servers of their own."""

import subprocess
import sys
import tempfile

from project import env as environment


def main(arguments: list[str]) -> int:
    """The servers start with the first test that needs them (tests/conftest.py)."""
    with tempfile.TemporaryDirectory(prefix="ringup-test-") as home:
        return subprocess.call(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=environment.PROJECT_FOLDER,
            env=environment.for_child(RINGUP_HOME=home),
        )
