"""The stack that runs in a home, as another program sees it."""

import json
import os
from pathlib import Path
from typing import Any

from project.stack.home import HomeTaken, locked


def run_info(home: Path) -> dict[str, Any] | None:
    """What the running stack says of itself; None where none runs, or none is ready."""
    file = home / "run.json"
    if not is_running(home) or not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def is_running(home: Path) -> bool:
    """A lock tells, which ends with its holder: a file would outlive it."""
    if not home.exists():
        return False
    try:
        with locked(home):
            return False
    except HomeTaken:
        return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
