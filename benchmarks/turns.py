"""One contender's turn, with everything that can be seen of it from outside."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.contenders import Contender, Servers
from benchmarks.host import cpu
from benchmarks.lane import Lane
from benchmarks.load.clock import Half
from benchmarks.plan import Plan
from benchmarks.quiet import LEFT_MAX_S, Left, wait_until_calm
from benchmarks.results.measured import CLIENTS, Measured, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """`pids`: name -> first process, of this process (`CLIENTS`) and of every program that it measures."""

    servers: Servers
    pids: Mapping[str, int]
    left: Left

    def take(self, contender: Contender, lane: Lane, plan: Plan) -> Round:
        before, began_at = cpu.spent(self.pids), time.perf_counter()
        sold = contender.sell(lane, self.servers, plan)
        settled_at, selling, left = time.perf_counter(), cpu.spent(self.pids), self.left.rings()
        is_quiet = self.left.wait_until_none()
        quiet_after_s = time.perf_counter() - settled_at
        wait_until_calm({name: pid for name, pid in self.pids.items() if name != CLIENTS})
        first, second = sold.halves
        whole = cpu.between(before, cpu.spent(self.pids))
        return Round(
            settled=sold.settled,
            halves=(first, Half(second.sales, second.seconds + quiet_after_s)),
            latencies_s=sold.latencies_s,
            cpu_s=whole | {name: spent for name, spent in cpu.between(before, selling).items() if name == CLIENTS},
            rings_left=left,
            quiet_after_s=quiet_after_s,
            is_quiet=is_quiet,
            others_cores=cpu.others_between(before, selling) / (settled_at - began_at),
        )


def unquiet(measured: Mapping[str, Measured]) -> Iterator[str]:
    for name, one in measured.items():
        if not all(round_.is_quiet for round_ in one.rounds):
            yield f"{name}: work was left {LEFT_MAX_S} s after the last sale"


def programs(of_stack: Mapping[str, int], of_baselines: Mapping[str, int]) -> dict[str, int]:
    """Name -> first process. The stack runs in this process."""
    named = {CLIENTS if name == "up" else name: pid for name, pid in of_stack.items()}
    return {**named, **of_baselines}
