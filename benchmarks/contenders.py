"""Who is measured, in the order in which they take turns: what is compared stands side by side."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import psycopg

from benchmarks.baselines import pgbench
from benchmarks.baselines.tills import Queue, at_task, at_view
from benchmarks.lane import Lane, Size
from benchmarks.load import loop
from benchmarks.load.clock import Clock, Half
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sales
from benchmarks.load.tills import bulk, one_call, two_calls
from benchmarks.plan import Plan

COUNTER = Size(tills=8)
BULK_SIZE, BULK_CLIENTS = 100, Size(tills=3)
LARGE = Size(tills=4, lines=700)
SEED = 20_111_205


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """`baselines_url`: empty where no baseline is measured."""

    product_url: str
    baselines_url: str
    database_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """`settled`: all sales, also those of the warm-up; `halves`: of the time after it, until the last was settled."""

    settled: int
    halves: tuple[Half, Half]
    latencies_s: Sequence[float]


class TillScript(Protocol):
    def __call__(self, sales: Sales, *, terminal_key: str, clock: Clock) -> Script: ...


Sell = Callable[[Lane, Servers, Plan], Sold]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """`is_baseline`: it sells at the baselines' own servers."""

    name: str
    title: str
    sell: Sell
    size: Size = COUNTER
    is_baseline: bool = False


def at_product(script: TillScript, *, is_hot: bool = False) -> Sell:
    def sell(lane: Lane, servers: Servers, plan: Plan) -> Sold:
        return _run(script, servers.product_url, lane, plan, is_hot=is_hot)

    return sell


def at_baseline(script: TillScript, *, is_hot: bool = False) -> Sell:
    def sell(lane: Lane, servers: Servers, plan: Plan) -> Sold:
        return _run(script, servers.baselines_url, lane, plan, is_hot=is_hot)

    return sell


def at_queue(lane: Lane, servers: Servers, plan: Plan) -> Sold:
    with psycopg.connect(servers.database_url, autocommit=True) as database:
        return _run(partial(at_task, queue=Queue(database)), servers.baselines_url, lane, plan, is_hot=False)


def at_function(*, is_hot: bool = False) -> Sell:
    """Pgbench has no warm-up: a short run before is one, and counts only for the books."""

    def sell(lane: Lane, servers: Servers, plan: Plan) -> Sold:
        run = partial(pgbench.run, lane, database_url=servers.database_url, is_hot=is_hot)
        settled_before, _, _ = run(seconds=plan.warm_up_s)
        runs = [run(seconds=plan.window_s / 2) for _ in range(2)]
        first, second = (Half(settled, settled / sales_per_s) for settled, sales_per_s, _ in runs)
        return Sold(
            settled=settled_before + first.sales + second.sales,
            halves=(first, second),
            latencies_s=[latency_s for _, _, latency_s in runs],
        )

    return sell


def _run(script: TillScript, base_url: str, lane: Lane, plan: Plan, *, is_hot: bool) -> Sold:
    clock = Clock(warm_up_s=plan.warm_up_s, window_s=plan.window_s)
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=is_hot, dice=random.Random(SEED))
    loop.run(base_url, [script(sales, terminal_key=key, clock=clock) for key in lane.terminal_keys])
    return Sold(settled=clock.settled, halves=clock.halves, latencies_s=clock.latencies_s)


_bulk = partial(bulk, size=BULK_SIZE)

CONTENDERS = [
    Contender(name="view", title="synchronous view", sell=at_baseline(at_view), is_baseline=True),
    Contender(name="singles", title="singles", sell=at_product(one_call)),
    Contender(name="singles-hot", title="singles, hot SKU", sell=at_product(one_call, is_hot=True)),
    Contender(name="singles-two-calls", title="singles in two calls", sell=at_product(two_calls)),
    Contender(name="singles-32", title="singles, 32 tills", sell=at_product(one_call), size=Size(tills=32)),
    Contender(name="singles-128", title="singles, 128 tills", sell=at_product(one_call), size=Size(tills=128)),
    Contender(name="bulk", title=f"bulk of {BULK_SIZE}", sell=at_product(_bulk), size=BULK_CLIENTS),
    Contender(name="bulk-hot", title="bulk, hot SKU", sell=at_product(_bulk, is_hot=True), size=BULK_CLIENTS),
    Contender(name="pgbench", title="pgbench", sell=at_function(), size=Size()),
    Contender(name="pgbench-hot", title="pgbench, hot SKU", sell=at_function(is_hot=True), size=Size()),
    Contender(
        name="view-hot",
        title="synchronous view, hot SKU",
        sell=at_baseline(at_view, is_hot=True),
        is_baseline=True,
    ),
    Contender(name="task", title="textbook task", sell=at_queue, is_baseline=True),
    Contender(name="large", title=f"orders of {LARGE.lines} lines", sell=at_product(one_call), size=LARGE),
    Contender(
        name="view-large",
        title=f"synchronous view, {LARGE.lines} lines",
        sell=at_baseline(at_view),
        size=replace(LARGE, tills=2),  # each waits for the others' locks, and more of them longer than they may
        is_baseline=True,
    ),
    Contender(name="idle", title="idle, one till", sell=at_product(one_call), size=Size(tills=1)),
]
