"""`./ringup up` as a child, in a home of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from project import env as environment
from project.stack.embedded.child import wait_until

READY_WITHIN_S = 180
EMBEDDED = {"DATABASE_URL": "", "BROKER_URL": "", "SECRET_KEY": ""}


class Up:
    """A running `./ringup up` with embedded servers in a home of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.said = home.with_name(f"{home.name}.out")
        child = environment.for_child(**{**EMBEDDED, **settings}, RINGUP_HOME=str(home))
        with self.said.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "project", "up"],
                cwd=environment.PROJECT_FOLDER,
                env=child,
                stdout=output,
                stderr=output,
            )

    @property
    def run(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return found

    def wait_ready(self) -> None:
        def is_over() -> bool:
            return (self.home / "run.json").exists() or self.process.poll() is not None

        assert wait_until(is_over, seconds=READY_WITHIN_S), self.said.read_text()
        assert self.process.poll() is None, self.said.read_text()

    def left(self) -> list[str]:
        """Processes of this home that are still there: all inherit its name."""
        mark = f"RINGUP_HOME={self.home}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue  # it ended while we looked
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
