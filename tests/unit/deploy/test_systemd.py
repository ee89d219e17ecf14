"""The units: what systemd itself says of them, and that they run what the Procfile runs, each with its own secrets."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from project.env import PROJECT_FOLDER, variables
from project.stack.needs import COUNTING
from project.stack.processes import procfile

FOLDER = PROJECT_FOLDER / "deploy" / "systemd"
UNITS = {
    "web": "ringup-web.service",
    "worker": "ringup-worker@.service",
    "worker-io": "ringup-worker-io.service",
    "beat": "ringup-beat.service",
    "flower": "ringup-flower.service",
}
ALL = [*UNITS.values(), "ringup-migrate.service"]
EXPOSURE_MAX = 1.5
"""Of ten, as `systemd-analyze security` reckons."""


def lines(unit: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", (FOLDER / unit).read_text(), re.MULTILINE)


def command(unit: str) -> str:
    """As the shell gets it: systemd reads % and $ first."""
    (line,) = lines(unit, "ExecStart")
    quoted = re.fullmatch(r"/bin/sh -c '([^']*)'", line)
    assert quoted, line
    return quoted[1].replace("$$", "$").replace("%%", "%")


def test_there_is_a_unit_for_each_process_but_the_stand_in_for_accounting() -> None:
    assert set(UNITS) == set(procfile()) - {"accounting"}
    assert {path.name for path in FOLDER.glob("*.service")} == set(ALL)
    (wanted,) = lines("ringup.target", "Wants")
    assert wanted.replace("@1.", "@.").split() == list(UNITS.values())


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_the_procfiles_command(name: str) -> None:
    assert command(UNITS[name]).replace("-n worker-%i@", "-n worker@") == procfile()[name]


def test_the_migration_is_the_one_that_an_operator_runs() -> None:
    assert command("ringup-migrate.service") == "exec python -m project manage migrate --no-input"
    assert lines("ringup-migrate.service", "TimeoutStartSec") == ["infinity"]


@pytest.mark.parametrize("unit", ALL)
def test_a_secret_is_in_a_file_of_the_one_that_needs_it(unit: str) -> None:
    own = unit.removeprefix("ringup-").partition(".")[0].rstrip("@")
    shared = [] if own in ("flower", "migrate") else ["/etc/ringup/shop.env"]
    assert lines(unit, "EnvironmentFile") == [*shared, f"/etc/ringup/{own}.env"]
    told = " ".join(lines(unit, "Environment"))
    assert not {name for name, _, _ in variables() if f"{name}=" in told}


@pytest.mark.parametrize("name", UNITS)
def test_what_ends_is_started_again_and_what_is_asked_to_end_may_finish(name: str) -> None:
    assert lines(UNITS[name], "Restart") == ["always"]
    assert lines(UNITS[name], "StartLimitIntervalSec") == ["0"]
    assert lines(UNITS[name], "KillMode") == ["mixed"]
    (seconds,) = lines(UNITS[name], "TimeoutStopSec")
    assert int(seconds) >= (60 if name.startswith("worker") else 15)


@pytest.mark.parametrize("name", UNITS)
def test_who_counts_may_write_where_counters_are_and_nobody_anywhere_else(name: str) -> None:
    counts = name in COUNTING
    assert lines(UNITS[name], "ReadWritePaths") == (["/run/ringup/metrics"] if counts else [])
    assert lines(UNITS[name], "SupplementaryGroups") == (["ringup"] if counts else [])
    assert lines(UNITS[name], "ProtectSystem") == ["strict"]
    assert "d /run/ringup/metrics 2770 root ringup" in (FOLDER / "ringup.tmpfiles.conf").read_text()


def test_systemd_finds_nothing_wrong_and_little_exposed(tmp_path: Path) -> None:
    """A copy, in which programs are where this machine has them. `verify` looks at the target's units with it."""
    analyze = shutil.which("systemd-analyze")
    assert analyze
    for path in FOLDER.iterdir():
        shutil.copy(path, tmp_path)
    files = [str(tmp_path / name) for name in (*ALL, "ringup.target")]
    seen = subprocess.run([analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert (seen.stderr, seen.returncode) == ("", 0)
    for file in files[:-1]:
        reckoned = [analyze, "security", "--offline=true", "--no-pager", file]
        said = subprocess.run(reckoned, capture_output=True, text=True, check=True).stdout
        (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert float(exposure) <= EXPOSURE_MAX, said
