"""Workers that die one after the other, as a test has them do; see tests.support.processes.mortals."""

import subprocess
import sys
from pathlib import Path
from uuid import UUID

from project.env import PROJECT_FOLDER


class Mortals:
    """Each settles one thing and dies on the way."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.plan = Path(environ["RINGUP_HOME"]) / "crash"
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.support.processes.mortals"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**environ, "LOG_LEVEL": "WARNING"},  # what it prints is read
            cwd=PROJECT_FOLDER,
        )
        assert self._hear() == "ready"

    def settle(self, subject: UUID | int | str) -> int:
        """The signal that the one who settles it dies of. A drawer is called `drawer` and its terminal's id."""
        assert self._parent.stdin
        self._parent.stdin.write(f"{subject}\n")
        self._parent.stdin.flush()
        return int(self._hear())

    def end(self) -> None:
        self._parent.communicate(timeout=30)

    def _hear(self) -> str:
        assert self._parent.stdout
        return self._parent.stdout.readline().strip()
