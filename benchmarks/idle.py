"""`./ringup bench idle`: what the stack costs while nothing happens: processor time over a minute, and memory.

Memory is each process's proportional share (PSS): what several share is counted once.
"""

import argparse
import os
import time
from pathlib import Path

from benchmarks.chaos.victims import descendants
from project import env as environment
from project.stack.running import run_info

TICKS_A_S = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./ringup bench idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N", help="how long to look on")
    options = parser.parse_args(arguments)
    home = environment.current().ringup_home
    run = run_info(home)
    if run is None:
        environment.stop(f"no stack runs in {home}: begin with ./ringup up")
    pids: dict[str, int] = run["pids"]
    members = {name: [pid, *([] if name == "up" else descendants(pid))] for name, pid in pids.items()}
    before = {pid: cpu_s(pid) for of_name in members.values() for pid in of_name}
    time.sleep(options.seconds)
    percents = {name: sum(cpu_s(pid) - before[pid] for pid in ids) / options.seconds for name, ids in members.items()}
    megabytes = {name: sum(map(pss_mb, ids)) for name, ids in members.items()}
    for name in members:
        print(f"{name:12}{percents[name]:8.2%}{megabytes[name]:8.0f} MB")
    print(f"{'all':12}{sum(percents.values()):8.2%}{sum(megabytes.values()):8.0f} MB")
    print(f"Per cent are of a core, over {options.seconds:.0f} s.")
    return 0


def cpu_s(pid: int) -> float:
    """Fields 14 and 15 of /proc/PID/stat (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_S


def pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
