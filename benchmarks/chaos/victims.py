"""Who can be killed: every process that the stack started, with the children of each, by a name for people."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KEEPER = "up"
"""Starts the others, and has nobody who would start it again."""


@dataclass(frozen=True, slots=True)
class Victim:
    kind: str
    pid: int

    def kill(self) -> bool:
        """Whether it was there."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def victims(pids: Mapping[str, int]) -> list[Victim]:
    """`pids`: name -> the first process of each program."""
    return [
        victim for name, pid in pids.items() if name != KEEPER and is_alive(pid) for victim in _with_children(name, pid)
    ]


def of_each_kind(pids: Mapping[str, int]) -> dict[str, Victim]:
    """The newest of each kind: an old connection may be one that nobody uses any more."""
    return {victim.kind: victim for victim in victims(pids)}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _with_children(name: str, pid: int) -> Iterator[Victim]:
    yield Victim(name, pid)
    for child in descendants(pid):
        yield Victim(f"{name}, {_called(child)}", child)


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    except OSError:
        return found  # it ended while we looked
    return found


def _called(pid: int) -> str:
    """PostgreSQL's processes say what they do; connections are one kind."""
    try:
        title = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return "child"
    if not title.startswith("postgres: "):
        return "child"
    return "connection" if "127.0.0.1(" in title else title.removeprefix("postgres: ").rstrip(" 0123456789")
