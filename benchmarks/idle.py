"""`./ringup bench idle`: what the stack costs while nothing happens: processor time over a minute, and memory.

Memory is each process's proportional share (PSS): what several share is counted once.
"""

import argparse
import os
import time
from pathlib import Path

from benchmarks.host.resident import members, resident
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
    programs = members(pids)
    before = {pid: cpu_s(pid) for of_name in programs.values() for pid in of_name}
    time.sleep(options.seconds)
    percents = {name: sum(cpu_s(pid) - before[pid] for pid in ids) / options.seconds for name, ids in programs.items()}
    megabytes = {name: resident(ids).pss for name, ids in programs.items()}
    for name in programs:
        print(f"{name:12}{percents[name]:8.2%}{megabytes[name]:8.0f} MB")
    print(f"{'all':12}{sum(percents.values()):8.2%}{sum(megabytes.values()):8.0f} MB")
    print(f"Per cent are of a core, over {options.seconds:.0f} s.")
    return 0


def cpu_s(pid: int) -> float:
    """Fields 14 and 15 of /proc/PID/stat (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_S
