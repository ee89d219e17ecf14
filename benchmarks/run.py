"""The bench on a running stack: rounds in which all contenders take turns, then the books, then the other parts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from base.broker.choose import broker_at
from benchmarks import books, waiting
from benchmarks.baselines import pgbench
from benchmarks.baselines import servers as baseline_servers
from benchmarks.baselines.servers import NO_BASELINES
from benchmarks.contenders import CONTENDERS, Contender, Servers
from benchmarks.host.machine import server_settings
from benchmarks.lane import Size
from benchmarks.plan import Part, Plan
from benchmarks.profile.ask import Profile, ask
from benchmarks.quiet import Left
from benchmarks.results.figures import Figure
from benchmarks.results.measured import Measured, Round
from benchmarks.results.targets import reached
from benchmarks.shop import fill_pool, open_shop
from benchmarks.turns import Turns, programs, unquiet
from benchmarks.upkeep import Posting, post, resting
from benchmarks.waiting import Waiting, wait_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What was measured; what was not is empty. `measured`: by contender; `figures`: with what is asked of them;
    `wrong`: what speaks against it all: books that do not add up, work that was left."""

    database: Mapping[str, str]
    measured: Mapping[str, Measured]
    figures: list[Figure]
    wrong: list[str]
    posting: Posting | None
    profile: Profile


def run_bench(plan: Plan, *, home: Path, run_info: Mapping[str, Any], pool_low: int, console: Console) -> Bench:
    """`run_info`: what the stack says of itself; `pool_low`: the low mark that its workers know."""
    database_url, broker_url, accounting_url = (
        run_info[f"{name}_url"] for name in ("database", "broker", "accounting")
    )
    database = server_settings(database_url)
    contenders = [one for one in CONTENDERS if plan.wants(one.name)]
    with console.status("opening the shop") as status:
        parts = {Part.WAITING: waiting.TILLS, Part.STAGES: Size()}
        sizes = {name: size for name, size in parts.items() if plan.wants(name)}
        lanes = open_shop({one.name: one.size for one in contenders} | sizes)
        pgbench.install(database_url)
        with resting(broker_url):
            status.update("starting the baselines")
            with turns_at(contenders, home=home, run_info=run_info) as turns:
                rounds: dict[str, list[Round]] = {one.name: [] for one in contenders}
                for number in range(1, plan.rounds + 1):
                    for contender in contenders:
                        status.update(f"round {number} of {plan.rounds}: {contender.title}")
                        fill_pool(accounting_url)
                        rounds[contender.name].append(turns.take(contender, lanes[contender.name], plan))
            measured = {name: Measured(of_name, lanes[name].lines) for name, of_name in rounds.items()}
            waited = None
            if plan.wants(Part.WAITING):
                status.update(f"{waiting.TILLS.tills} tills wait")
                fill_pool(accounting_url)
                pids = programs(run_info["pids"], {})
                waited = wait_together(lanes[Part.WAITING], plan, run_info=run_info, pids=pids)
            status.update("checking the books")
            wrong = [*unquiet(measured), *books.faults(database_url, sold(measured, waited))]
            profile: Profile = {}
            if plan.wants(Part.STAGES):
                status.update("timing the stages")
                fill_pool(accounting_url)
                profile = ask(lanes[Part.STAGES], sales=plan.timed_sales, pool_low=pool_low)
        posting = None
        if plan.wants(Part.POSTING):
            status.update("posting to accounting")
            pids = programs(run_info["pids"], {})
            posting = post(plan.window_s, broker_url=broker_url, database_url=database_url, pids=pids)
    return Bench(
        database=database,
        measured=measured,
        figures=[*reached(measured), *(waited.figures() if waited else [])],
        wrong=wrong,
        posting=posting,
        profile=profile,
    )


@contextmanager
def turns_at(contenders: list[Contender], *, home: Path, run_info: Mapping[str, Any]) -> Iterator[Turns]:
    """With the baselines' own servers only where one of them is to sell."""
    database_url, broker_url = run_info["database_url"], run_info["broker_url"]
    needed = any(one.is_baseline for one in contenders)
    with (
        baseline_servers.running(home, broker_url=broker_url) if needed else nullcontext(NO_BASELINES) as baselines,
        psycopg.connect(database_url, autocommit=True) as looking_on,
    ):
        yield Turns(
            servers=Servers(
                product_url=run_info["base_url"], baselines_url=baselines.base_url, database_url=database_url
            ),
            pids=programs(run_info["pids"], baselines.pids),
            left=Left(broker_at(broker_url), looking_on),
        )


def sold(measured: Mapping[str, Measured], waited: Waiting | None) -> dict[str, books.Sold]:
    return books.sold(measured) | ({Part.WAITING: books.Sold(waited.sales, waiting.TILLS.lines)} if waited else {})
