"""A machine without Chromium runs all tests but the browser's, and says so."""

import shutil
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


def program(folder: Path, name: str, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(["#!/bin/sh", *lines, ""]))
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("user", "apt", "said", "asked"),
    [
        ("1000", "exit 0", "no root", ""),
        ("0", None, "no apt-get", ""),
        ("0", "exit 100", "could not install", "update -q"),
        ("0", "exit 0", "", "install -q -y --no-install-recommends chromium"),
    ],
)
def test_ci_installs_it_where_it_may_and_runs_without_it_elsewhere(
    user: str, apt: str | None, said: str, asked: str, tmp_path: Path
) -> None:
    clone, programs = tmp_path / "clone", tmp_path / "programs"
    program(clone, "ringup", f'echo "$1" >> {tmp_path}/ran')
    program(programs, "id", f"echo {user}")
    if apt:
        program(programs, "apt-get", f'echo "$@" >> {tmp_path}/asked', apt)
    for name in ("dirname", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    (clone / ".ci").mkdir()
    shutil.copy(environment.PROJECT_FOLDER / ".ci" / "run", clone / ".ci")
    child = environment.for_child(PATH=str(programs))
    ended = subprocess.run([clone / ".ci" / "run"], env=child, capture_output=True, text=True, check=True)
    assert (tmp_path / "ran").read_text().split() == ["check", "test", "chaos"]
    assert said in ended.stderr
    assert bool(said) == bool(ended.stderr)
    assert asked in ((tmp_path / "asked").read_text() if asked else "")
