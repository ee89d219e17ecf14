"""`./ringup test [pytest arguments]`: the tests, with a home and embedded servers of their own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from base.operator.help import parser_of
from project import env as environment

DOES = """Run the tests, with a home and embedded servers of their own: nothing of the shop in this folder is touched.
Without names all of them run, side by side. Arguments go to pytest, whose own help is .venv/bin/pytest --help."""
EXAMPLES = ["./ringup test", "./ringup test tests/unit", "./ringup test tests/acceptance/sales/test_orders.py -k draft"]
SIDE_BY_SIDE = [
    f"--numprocesses={min(4, len(os.sched_getaffinity(0)) + 1)}",
    "--dist=loadfile",
    "--no-loadscope-reorder",
]
"""A process more than there are cores, each with servers of its own, a file at a time: much of the time is waiting. In
the order of tests/conftest.py, not those with the most tests first: these are the shortest."""
PLAIN = {"FORCE_COLOR": "", "TTY_COMPATIBLE": "0", "TERMINAL_REQUESTS_PER_S": "0", "PYTHONDONTWRITEBYTECODE": ""}
"""Tests read what programs say; a terminal's colours, which some machines ask for everywhere, would be in the way. They
call faster than any till; what limits a till is tried where a test says so. They start hundreds of processes, which
shall not compile each module again and again."""


def main(arguments: list[str]) -> int:
    """The servers start with the first test that needs them (tests/conftest.py)."""
    if set(arguments) & {"-h", "--help"}:
        parser_of("test [OPTIONS OF PYTEST]", DOES, examples=EXAMPLES, ends={1: "a test failed"}).print_help()
        return 0
    with tempfile.TemporaryDirectory(prefix="ringup-test-") as home:
        return subprocess.call(
            [sys.executable, "-m", "pytest", *how(arguments), *arguments],
            cwd=environment.PROJECT_FOLDER,
            env=environment.for_child(RINGUP_HOME=home, **PLAIN),
        )


def how(arguments: Sequence[str]) -> list[str]:
    """All tests go side by side, named ones in one process."""
    named = any((environment.PROJECT_FOLDER / argument.partition("::")[0]).exists() for argument in arguments)
    return [] if named else SIDE_BY_SIDE
