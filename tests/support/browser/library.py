"""What drives Chromium, in an environment of its own that is made once from its lock and kept: Ringup's has none of it.

Chromium itself is the machine's.
"""

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from project.chromium import chromium
from project.env import PROJECT_FOLDER
from tests.support.tryton.venv import alone

LOCK = PROJECT_FOLDER / "requirements" / "browser.txt"
HOME = PROJECT_FOLDER / ".ringup" / "browser"
"""Not that of the session's servers, which goes with it."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def import_playwright() -> Any:
    """Its module for programs that wait."""
    make_importable(HOME, LOCK)
    return import_module("playwright.sync_api")


def make_importable(home: Path, lock: Path) -> None:
    """What a lock names, in a home of its own, behind what Ringup has itself."""
    with alone(home):
        packages = _installed(home / "packages", lock)
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


def axe_script() -> str:
    (file,) = (HOME / "packages").rglob("axe.min.js")
    return file.read_text()


def how_to_start(scratch: Path) -> dict[str, Any]:
    """Of Chromium: it writes into its home, which is none of ours."""
    found = chromium()
    assert found, "without Chromium these tests are left out"
    return {"executable_path": found, "args": list(FLAGS), "env": {"HOME": str(scratch), "TZ": "UTC"}}


def _installed(folder: Path, lock: Path) -> Path:
    stamp = folder / "installed"
    wanted = f"{sys.version}\n{lock.read_text()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        _install(folder, lock)
        stamp.write_text(wanted)
    return folder


def _install(folder: Path, lock: Path) -> None:
    """By uv or, since uv does not read the machine's configuration of pip, by pip."""
    uv = Path(sys.executable).with_name("uv")
    how: list[str | Path] = ["install", "-q", "--require-hashes", "--target", folder, "-r", lock]
    by_uv: list[str | Path] = [uv, "pip", *how, "--system-certs", "--python", sys.executable]
    if not uv.exists() or subprocess.run(by_uv, check=False).returncode:
        subprocess.run([sys.executable, "-m", "pip", *how], check=True)
