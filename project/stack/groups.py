"""What Linux knows of groups of processes (proc(5)): whom `up` begins is the first of its own, with its children."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS_A_S = os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat, counted from behind the program's name.
_STATE, _GROUP, _CPU = 0, 2, slice(11, 13)
_STOPPED = "T"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`cpu_s`: processor time of those that are there; `is_stopped`: one of them was stopped by a signal."""

    cpu_s: float
    is_stopped: bool


def groups() -> dict[int, Group]:
    """By the number of the first process."""
    found: dict[int, Group] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        group = int(fields[_GROUP])
        others = found.get(group, Group(cpu_s=0.0, is_stopped=False))
        found[group] = Group(
            cpu_s=others.cpu_s + sum(map(int, fields[_CPU])) / TICKS_A_S,
            is_stopped=others.is_stopped or fields[_STATE] == _STOPPED,
        )
    return found
