"""The database's own guards, as tests try them: each statement as it is, and again without its guard."""

import re
from collections.abc import Mapping
from functools import cache

from project.env import PROJECT_FOLDER

NAMED = re.compile(r"Guarded\(\s*\"(\w+)\"|\(\"(\w+)\", \{\"")
"""As tests/integration/project/test_each_guard.py finds them, where it demands that none is missing."""


@cache
def guards() -> Mapping[str, list[str]]:
    """By the test file, in the order of their names."""
    tests = PROJECT_FOLDER / "tests"
    found: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        names = {first or second for first, second in NAMED.findall(path.read_text())}
        if names and "Guarded(" in path.read_text():
            found[path.relative_to(PROJECT_FOLDER).as_posix()] = sorted(names)
    return found
