"""Processor time by program, from Linux's /proc; on other systems there are no such figures."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat and of its line "cpu" in /proc/stat (proc(5)), counted from behind the program's name.
_PARENT = 1
_OWN, _OF_ENDED_CHILDREN = slice(11, 13), slice(13, 15)
_IDLE = slice(3, 5)
_COUNTED_TWICE = slice(8, 10)  # guests' time is in the user's


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds so far. `by_program`: with all its descendants; `whole`: of all programs on the machine."""

    by_program: Mapping[str, float]
    whole: float


def spent(pids: Mapping[str, int]) -> Spent:
    """`pids`: name -> the first process of that program. A program's children are its own unless they are named."""
    own = _processes()
    if not own:
        return Spent(by_program={}, whole=0.0)
    named = {pid: name for name, pid in pids.items()}
    seconds = dict.fromkeys(pids, 0.0)
    for pid, (_, of_process) in own.items():
        if name := _program_of(pid, own, named):
            seconds[name] += of_process
    return Spent(by_program=seconds, whole=_whole())


def between(before: Spent, after: Spent) -> dict[str, float]:
    """Seconds by program."""
    return {name: after.by_program[name] - since for name, since in before.by_program.items()}


def others_between(before: Spent, after: Spent) -> float:
    """Seconds of all programs on the machine but the named ones."""
    return max(0.0, after.whole - before.whole - sum(between(before, after).values()))


def _processes() -> dict[int, tuple[int, float]]:
    """Process -> its parent and the seconds that it and its ended children took."""
    found = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        ticks = sum(map(int, [*fields[_OWN], *fields[_OF_ENDED_CHILDREN]]))
        found[int(folder.name)] = int(fields[_PARENT]), ticks * _TICK_S
    return found


def _program_of(pid: int, processes: Mapping[int, tuple[int, float]], named: Mapping[int, str]) -> str | None:
    while pid in processes and pid not in named:
        pid = processes[pid][0]
    return named.get(pid)


def _whole() -> float:
    fields = [int(field) for field in (PROC / "stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields) - sum(fields[_IDLE]) - sum(fields[_COUNTED_TWICE])) * _TICK_S
