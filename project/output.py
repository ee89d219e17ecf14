"""Where the stack's processes speak: prefixed on the terminal, or each into its own file."""

import contextlib
import datetime
import threading
from pathlib import Path

from honcho.printer import Message, Printer

LOG_BYTES_MAX = 8 * 1024 * 1024
COLOURS = ("36", "33", "32", "35", "34", "31")


class Output:
    def __init__(self, folder: Path, *, quiet: bool) -> None:
        self.last_line: dict[str, str] = {}
        self._folder = folder
        self._printer = None if quiet else Printer(width=10)
        self._lock = threading.Lock()
        self._colours: dict[str, str] = {}

    def say(self, name: str, line: str) -> None:
        """A terminal that is gone or a full disk must not stop who speaks."""
        with self._lock, contextlib.suppress(OSError):
            if line.strip():
                self.last_line[name] = line.strip()
            if self._printer:
                colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
                now = datetime.datetime.now().astimezone()
                self._printer.write(Message(type="line", data=line, time=now, name=name, colour=colour))
            else:
                self._append(name, line)

    def _append(self, name: str, line: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / f"{name}.log"
        if file.exists() and file.stat().st_size > LOG_BYTES_MAX:
            file.replace(file.with_suffix(".old"))
        with file.open("a") as log:
            log.write(f"{line}\n")
