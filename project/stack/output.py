"""Where the stack's processes speak: each into its own file, and to the terminal only what a person must know."""

import contextlib
import datetime
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from project.stack.notices import Notices

LOG_BYTES_MAX = 32 * 1024 * 1024
"""A line or two for each command: some 40,000 sales."""
COLOURS = ("36", "33", "32", "35", "34", "31")
NAME_CHARS = 10
KEEPER = "ringup"
"""Who starts the others. It speaks of little, and what it says is for people."""

Tell = Callable[[str], None]


def nobody_listens(_: str) -> None:
    """For a stack that is a part of another program."""


class Output:
    """`tell`: called with a short line for a person. `verbose`: all lines go to the terminal as well."""

    def __init__(self, folder: Path, *, tell: Tell = nobody_listens, verbose: bool = False) -> None:
        self.last_line: dict[str, str] = {}
        self._folder = folder
        self._tell = tell
        self._verbose = verbose
        self._notices = Notices()
        self._lock = threading.Lock()
        self._colours: dict[str, str] = {}

    def say(self, name: str, line: str) -> None:
        """A terminal that is gone or a full disk must not stop who speaks."""
        with self._lock:
            if line.strip():
                self.last_line[name] = line.strip()
            with contextlib.suppress(OSError):
                self._show(name, line)
            with contextlib.suppress(OSError):
                self._append(name, line)

    def bound(self) -> None:
        """Keep every log within its size, those of servers that write by themselves, too: they only ever append."""
        with self._lock:
            for log in self._folder.glob("*.log"):
                with contextlib.suppress(OSError):
                    if log.stat().st_size > LOG_BYTES_MAX:
                        shorten(log)

    def _show(self, name: str, line: str) -> None:
        if self._verbose:
            self._print(name, line)
        elif notice := line if name == KEEPER else self._notices.of(name, line):
            self._tell(notice)

    def _print(self, name: str, line: str) -> None:
        """Not by rich, whose console ends the program where the terminal is gone."""
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        who = f"{datetime.datetime.now().astimezone():%H:%M:%S} {name:<{NAME_CHARS}} | "
        print((f"\033[{colour}m{who}\033[0m" if sys.stdout.isatty() else who) + line, flush=True)

    def _append(self, name: str, line: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stamp = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ} " if name == KEEPER else ""
        with (self._folder / f"{name}.log").open("a") as log:
            log.write(f"{stamp}{line}\n")


def shorten(log: Path) -> None:
    """On a full disk there is no room for a copy: then it is begun anew without one, which makes room."""
    old = log.with_suffix(".old")
    try:
        shutil.copyfile(log, old)
    except OSError:
        old.unlink(missing_ok=True)
    os.truncate(log, 0)
