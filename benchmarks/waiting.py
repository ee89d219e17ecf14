"""Many tills that wait: the worker rests until all of them do, and then each is to be told soon.

The web server holds so many waits; a till that it does not hold is answered at once, and asks again after a pause.
"""

import json
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from benchmarks.chaos.victims import descendants
from benchmarks.contenders import SEED
from benchmarks.host import cpu
from benchmarks.host.resident import resident
from benchmarks.lane import Lane, Size
from benchmarks.load import loop
from benchmarks.load.http import Answer, request
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sale, Sales
from benchmarks.load.tills import API, BULK_WAIT_S, SUCCEEDED, SaleFailed, authorized
from benchmarks.plan import Plan
from benchmarks.results.figures import Figure
from benchmarks.upkeep import resting
from project.demo.report import percentiles
from project.stack.embedded.child import ServerFailed, wait_until

TILLS = Size(tills=500)
WEB, WORKER, QUEUE = "web", "worker", "commands"
GATHERED_WITHIN_S, TOLD_WITHIN_S = 30, 60
PAUSE_S = 1
"""What `Retry-After` says to a till that is not held."""

TOLD_P50_MS_MAX, TOLD_P99_MS_MAX = 250, 500
MEMORY_MB_MAX, PROCESSOR_MAX = 250, 5

_PENDING = "SELECT count(*) FROM orders_command WHERE state = 'pending' AND order_id IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`told_s`: of each till in each round, from the instant of settling that the journal tells until the till knew;
    this holds the time of the transactions that settle what all of them wait for. `is_held`: of each, whether the
    server held its first wait. `empty_mb`, `full_mb`: the web server's memory with nobody and with all of them
    waiting, `web_cores`: what it kept busy meanwhile; of each round."""

    told_s: Sequence[float]
    is_held: Sequence[bool]
    empty_mb: Sequence[float]
    full_mb: Sequence[float]
    web_cores: Sequence[float]

    @property
    def sales(self) -> int:
        return len(self.told_s)

    def figures(self) -> list[Figure]:
        told = percentiles([1000 * seconds for seconds in self.told_s])
        processor, memory = 100 * sum(self.web_cores) / len(self.web_cores), max(self.full_mb)
        held = sum(self.is_held) / len(self.is_held) * TILLS.tills
        name = f"{TILLS.tills} tills wait"
        return [
            Figure(name=f"{name}: told, p50", value=told["p50"], unit="ms", most=TOLD_P50_MS_MAX),
            Figure(name=f"{name}: told, p99", value=told["p99"], unit="ms", most=TOLD_P99_MS_MAX),
            Figure(name=f"{name}: held at once", value=held, unit="tills", least=TILLS.tills),
            Figure(name=f"{name}: web's processor", value=processor, unit="% of a core", most=PROCESSOR_MAX),
            Figure(name=f"{name}: web's memory", value=memory, unit="MB", most=MEMORY_MB_MAX),
            Figure(name="nobody waits: web's memory", value=self.empty_mb[0], unit="MB"),
        ]


def wait_together(lane: Lane, plan: Plan, *, run_info: Mapping[str, Any], pids: Mapping[str, int]) -> Waiting:
    """`pids`: of the stack's programs."""
    told_s: list[float] = []
    is_held: list[bool] = []
    empty_mb, full_mb, web_cores = [], [], []
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=random.Random(SEED))
    with (
        psycopg.connect(run_info["database_url"], autocommit=True) as database,
        ThreadPoolExecutor(max_workers=1) as clients,
    ):
        for _ in range(plan.rounds):
            empty_mb.append(memory_mb(pids[WEB]))
            with resting(run_info["broker_url"], worker=WORKER, queue=QUEUE):
                scripts = [
                    till(sales.next(), terminal_key=key, told_s=told_s, is_held=is_held) for key in lane.terminal_keys
                ]
                waiting = clients.submit(loop.run, run_info["base_url"], scripts)
                gather(waiting, database, len(scripts))
                before = cpu.spent(pids)
                time.sleep(plan.looking_s)
                web_cores.append(cpu.between(before, cpu.spent(pids))[WEB] / plan.looking_s)
                full_mb.append(memory_mb(pids[WEB]))
            waiting.result(TOLD_WITHIN_S)
    return Waiting(told_s=told_s, is_held=is_held, empty_mb=empty_mb, full_mb=full_mb, web_cores=web_cores)


def till(sale: Sale, *, terminal_key: str, told_s: list[float], is_held: list[bool]) -> Script:
    """Sends its sale and asks until it is settled, as the page for tills says."""
    headers = authorized(terminal_key, f"Prefer: wait={BULK_WAIT_S}")
    answer = yield request("POST", f"{API}/commands", headers=headers, body=f"[{sale.item()}]")
    settled_at = settled(answer)
    assert answer, "it was settled, or is not yet"
    is_held.append(answer.was_held)
    (item,) = json.loads(answer.body)["items"]
    look = request("GET", f"{API}/commands/{item['command_id']}", headers=headers)
    while settled_at is None:
        if not answer.was_held:
            yield PAUSE_S
        answer = yield look
        settled_at = settled(answer)
        assert answer, "it was settled, or is not yet"
    told_s.append(time.time() - settled_at.timestamp())


def settled(answer: Answer | None) -> datetime | None:
    """When; None while it is not. Raises SaleFailed where it will never be."""
    assert answer, "only a pause is followed by nothing"
    if answer.status not in (200, 202):
        raise SaleFailed(f"a till that waits was answered {answer.status}: {answer.body[:300].decode()}")
    if SUCCEEDED not in answer.body:
        return None
    told = json.loads(answer.body)
    command = told["items"][0]["command"] if "items" in told else told
    return datetime.fromisoformat(command["settled_at"])


def gather(waiting: "Future[None]", database: psycopg.Connection[Any], tills: int) -> None:
    """Wait until the sales of all are stored and none is settled."""

    def are_stored() -> bool:
        (count,) = database.execute(_PENDING, prepare=True).fetchone() or (0,)
        return waiting.done() or int(count) == tills

    if not wait_until(are_stored, seconds=GATHERED_WITHIN_S):
        raise ServerFailed(f"{tills} tills did not come to wait within {GATHERED_WITHIN_S} s")
    if waiting.done():
        waiting.result()


def memory_mb(pid: int) -> float:
    """Of a program with all its processes."""
    return resident([pid, *descendants(pid)]).pss
