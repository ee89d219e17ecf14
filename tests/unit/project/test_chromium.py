"""A machine without Chromium runs all tests but the browser's, and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from project import env as environment
from project.chromium import HOW_TO_GET_IT, chromium


def test_it_is_said_in_one_line_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium() is None
    assert HOW_TO_GET_IT.count("\n") == 0
    assert "apt-get install chromium" in HOW_TO_GET_IT


def test_its_tests_are_left_out_and_not_passed_over(tmp_path: Path) -> None:
    """Deselected, which pytest counts, and never skipped."""
    child = environment.for_child(PATH=str(tmp_path))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/browser"]
    told = subprocess.run(
        command, env=child, cwd=environment.PROJECT_FOLDER, capture_output=True, text=True, check=False
    )
    assert "no tests collected" in told.stdout
    assert "deselected" in told.stdout
    assert told.stdout.count(HOW_TO_GET_IT) == 1


@pytest.mark.parametrize("name", ["chromium", "chromium-browser"])
def test_it_is_found_by_either_name(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium() == str(program)
