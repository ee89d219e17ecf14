"""A machine without Chromium, etcd or RabbitMQ runs all tests but those that need it, and says so."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.failover import programs
from project import env as environment
from project.chromium import HOW_TO_GET_IT, chromium
from project.stack.embedded import rabbitmq


def test_it_is_said_in_one_line_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium() is None
    assert programs.etcd() is None
    assert rabbitmq.rabbitmq() is None
    packages = {
        HOW_TO_GET_IT: "chromium",
        programs.HOW_TO_GET_IT: "etcd-server",
        rabbitmq.HOW_TO_GET_IT: "rabbitmq-server",
    }
    for how, package in packages.items():
        assert how.count("\n") == 0
        assert how.endswith(f"apt-get install {package}")


HOW = {
    "browser": HOW_TO_GET_IT,
    "failover": programs.HOW_TO_GET_IT,
    "rabbitmq": rabbitmq.HOW_TO_GET_IT,
}
"""Room -> how to get what it needs."""


def test_their_tests_are_left_out_and_not_passed_over(tmp_path: Path) -> None:
    """Deselected, which pytest counts, and never skipped."""
    child = environment.for_child(PATH=str(tmp_path))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *(f"tests/{room}" for room in HOW)]
    told = subprocess.run(
        command, env=child, cwd=environment.PROJECT_FOLDER, capture_output=True, text=True, check=False
    )
    assert "no tests collected" in told.stdout
    assert "deselected" in told.stdout
    assert {how: told.stdout.count(how) for how in HOW.values()} == dict.fromkeys(HOW.values(), 1)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser"])
def test_it_is_found_by_either_name(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium() == str(program)


def written(folder: Path, name: str, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(["#!/bin/sh", *lines, ""]))
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("user", "apt", "said", "asked"),
    [
        ("1000", "exit 0", "no root", ()),
        ("0", None, "no apt-get", ()),
        ("0", "exit 100", "could not install", ("update -q",)),
        (
            "0",
            "exit 0",
            "",
            [f"install -q -y --no-install-recommends {one}" for one in ("chromium", "etcd-server", "rabbitmq-server")],
        ),
    ],
)
def test_ci_installs_it_where_it_may_and_runs_without_it_elsewhere(
    user: str, apt: str | None, said: str, asked: Sequence[str], tmp_path: Path
) -> None:
    clone, there = tmp_path / "clone", tmp_path / "programs"
    written(clone, "ringup", f'echo "$1" >> {tmp_path}/ran')
    written(clone / ".venv" / "bin", "python", f'echo "$2" >> {tmp_path}/ran')
    written(there, "id", f"echo {user}")
    if apt:
        written(there, "apt-get", f'echo "$@" >> {tmp_path}/asked', apt)
    for name in ("cat", "dirname", "mktemp", "nice", "rm", "sh"):
        (there / name).symlink_to(str(shutil.which(name)))
    (clone / ".ci").mkdir()
    shutil.copy(environment.PROJECT_FOLDER / ".ci" / "run", clone / ".ci")
    child = environment.for_child(PATH=str(there), RABBITMQ_FOLDER=str(tmp_path / "none"))
    ended = subprocess.run([clone / ".ci" / "run"], env=child, capture_output=True, text=True, check=True)
    ran = (tmp_path / "ran").read_text().split()
    assert (set(ran[:2]), set(ran[2:])) == ({"check", "test"}, {"chaos", "tests.simulation"})
    assert said in ended.stderr
    assert bool(said) == bool(ended.stderr)
    assert set(asked) <= set((tmp_path / "asked").read_text().splitlines() if asked else ())
