"""One contender's turn, with everything that can be seen of it from outside."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import redis

from benchmarks import cpu
from benchmarks.contenders import Contender, Servers
from benchmarks.measured import Round
from benchmarks.plan import Plan
from benchmarks.quiet import wait_until_quiet
from benchmarks.shop import Lane
from orders.journal.ring import QUEUE

CLIENTS = "clients"
"""What this process is called where processor time is told: the tills, and pgbench."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """`pids`: name -> first process, of this process (`CLIENTS`) and of every program that it measures."""

    servers: Servers
    pids: Mapping[str, int]
    broker: redis.Redis

    def take(self, contender: Contender, lane: Lane, plan: Plan) -> Round:
        before, began_at = cpu.spent(self.pids), time.perf_counter()
        sold = contender.sell(lane, self.servers, plan)
        settled_at, selling, left = time.perf_counter(), cpu.spent(self.pids), self._rings_left()
        wait_until_quiet({name: pid for name, pid in self.pids.items() if name != CLIENTS}, rings_left=self._rings_left)
        whole = cpu.between(before, cpu.spent(self.pids))
        return Round(
            settled=sold.settled,
            sales_per_s=sold.sales_per_s,
            latencies_s=sold.latencies_s,
            cpu_s=whole | {name: spent for name, spent in cpu.between(before, selling).items() if name == CLIENTS},
            rings_left=left,
            quiet_after_s=time.perf_counter() - settled_at,
            others_cores=cpu.others_between(before, selling) / (settled_at - began_at),
        )

    def _rings_left(self) -> int:
        left: int = self.broker.llen(QUEUE)
        return left
