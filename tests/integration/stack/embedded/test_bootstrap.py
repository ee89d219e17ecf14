"""`./ringup` before anything is installed, and when everything is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from project.env import PROJECT_FOLDER

NO_VARIABLES: Mapping[str, str] = {}
SHELL_PROGRAMS = ("sh", "dirname", "readlink", "cat", "cmp")
BLOCKED = "import runpy, sys; sys.modules['ensurepip'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    shutil.copytree(PROJECT_FOLDER / "requirements", folder / "requirements")
    (folder / "project" / "stack").mkdir(parents=True)
    shutil.copy(PROJECT_FOLDER / "project" / "stack" / "bootstrap.py", folder / "project" / "stack")
    shutil.copy(PROJECT_FOLDER / "ringup", folder)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH that has what a shell script may expect anywhere, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in SHELL_PROGRAMS:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def script(path: Path, *lines: str) -> None:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def install_fake(clone: Path) -> None:
    """What a finished installation looks like, with a Python that only says what it is asked to run."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    script(clone / ".venv" / "bin" / "python", 'echo "$PYTHONPATH: $@"')
    locks = "".join((clone / "requirements" / name).read_text() for name in ("uv.txt", "dev.txt"))
    (clone / ".venv" / "installed").write_text(f"{clone}\n{locks}")


def ringup(
    clone: Path, *arguments: str, path: Path, cwd: Path | None = None, variables: Mapping[str, str] = NO_VARIABLES
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [clone / "ringup", *arguments],
        env={**os.environ, "PYTHONPATH": "", "PATH": str(path), **variables},
        cwd=cwd or clone,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_installed_is_not_installed_again_wherever_one_stands(clone: Path, programs: Path) -> None:
    install_fake(clone)
    done = ringup(clone, "demo", "--data", "day.csv", path=programs, cwd=programs)
    assert (done.returncode, done.stdout) == (0, f"{clone}: -m project demo --data day.csv\n")


def test_a_changed_lock_is_installed(clone: Path, programs: Path) -> None:
    install_fake(clone)
    with (clone / "requirements" / "dev.txt").open("a") as lock:
        lock.write("# changed\n")
    script(programs / "python3", 'echo "$@"; exit 3')
    assert "found: --version" in ringup(clone, path=programs).stderr


def test_an_old_python_is_one_clear_line(clone: Path, programs: Path) -> None:
    script(programs / "python3", '[ "$1" = --version ] || exit 1', "echo Python 3.9.18")
    done = ringup(clone, "demo", path=programs)
    assert (done.returncode, done.stderr) == (2, "ringup: needs Python 3.11 or newer; found: Python 3.9.18\n")


def test_no_python_is_one_clear_line(clone: Path, programs: Path) -> None:
    done = ringup(clone, "demo", path=programs)
    assert (done.returncode, done.stderr) == (2, "ringup: needs Python 3.11 or newer; found: none\n")


def test_a_missing_venv_module_is_one_clear_line(clone: Path, programs: Path) -> None:
    script(programs / "python3", f'[ "$1" = -c ] || exec {sys.executable} -c "{BLOCKED}" "$@"')
    done = ringup(clone, "demo", path=programs)
    release = f"{sys.version_info.major}.{sys.version_info.minor}"
    line = f"ringup: Python {release} lacks its venv module; install the package python{release}-venv\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_no_network_is_one_clear_line_and_a_linked_venv_is_left_alone(
    clone: Path, programs: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "installed").write_text("by somebody else")
    (clone / ".venv").symlink_to(theirs)
    script(programs / "python3", f'exec {sys.executable} "$@"')
    nowhere = "http://127.0.0.1:1/simple"
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": nowhere, "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1"}
    done = ringup(clone, "demo", path=programs, variables=pip)
    begun, failed = done.stderr.splitlines()
    assert done.returncode == 2
    assert begun == "ringup: installing the locked requirements into .venv (once)"
    assert failed.startswith("ringup: could not download the requirements; is there a network?")
    assert not (clone / ".venv" / "installed").exists()
    assert (theirs / "installed").read_text() == "by somebody else"
