"""Memory of a program with all its processes, from Linux's /proc."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.chaos.victims import descendants


class Resident(NamedTuple):
    """Megabytes. `rss`: counts what processes share once for each; `pss`: their proportional shares, so once."""

    rss: float
    pss: float


def members(pids: Mapping[str, int]) -> dict[str, list[int]]:
    """All processes of each program; `up`, which has the others below it, is by itself."""
    return {name: [pid, *([] if name == "up" else descendants(pid))] for name, pid in pids.items()}


def resident(pids: Iterable[int]) -> Resident:
    each = [_of_process(pid) for pid in pids]
    return Resident(rss=sum(one.rss for one in each), pss=sum(one.pss for one in each))


def _of_process(pid: int) -> Resident:
    """/proc/PID/smaps_rollup (proc(5)); nothing of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError):
        return Resident(0, 0)
    mb = {name: int(size.split()[0]) / 1024 for name, _, size in (line.partition(":") for line in lines)}
    return Resident(rss=mb["Rss"], pss=mb["Pss"])
