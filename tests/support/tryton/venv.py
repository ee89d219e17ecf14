"""Tryton in an environment of its own, made once from its lock and kept: Ringup's has nothing of it."""

import fcntl
import filecmp
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from project.env import PROJECT_FOLDER

LOCK = PROJECT_FOLDER / "requirements" / "tryton.txt"
DOCS = PROJECT_FOLDER / "orders" / "accounting" / "tryton" / "server"
HOME = PROJECT_FOLDER / ".ringup" / "tryton"
"""Not that of the session's other servers, which goes with it."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Of two test runs one installs, the other waits."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def programs(home: Path = HOME) -> Path:
    """The folder of its programs, once everything is installed, Ringup's module for Tryton too."""
    venv = home / "venv"
    wanted = f"{venv}\n{LOCK.read_text()}"
    stamp = venv / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(venv, ignore_errors=True)
        _install(venv)
        stamp.write_text(wanted)
    (modules,) = venv.glob("lib/python*/site-packages/trytond/modules")
    ours, installed = DOCS / "ringup", modules / "ringup"
    names = [file.name for file in ours.iterdir() if file.is_file()]
    # As they are, if they are: another run's server may be reading them just now.
    if not installed.exists() or filecmp.cmpfiles(ours, installed, names, shallow=False)[0] != names:
        shutil.copytree(ours, installed, dirs_exist_ok=True)
    return venv / "bin"


def _install(venv: Path) -> None:
    """By uv or, since uv does not read the machine's configuration of pip, by pip. Of 1,800 files each is compiled when
    it is first needed: most never are."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin" / "python"
    sync: list[str | Path] = [uv, "pip", "sync", "-q", "--system-certs", "--require-hashes"]
    if not uv.exists() or subprocess.run([*sync, "--python", python, LOCK], check=False).returncode:
        subprocess.run([python, "-m", "ensurepip"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK], check=True)
