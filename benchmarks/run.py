"""The whole bench on a running stack: rounds in which all contenders take turns, then the books, then the stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from rich.console import Console

from benchmarks import books
from benchmarks.baselines import pgbench
from benchmarks.baselines import servers as baseline_servers
from benchmarks.contenders import CONTENDERS, Servers
from benchmarks.machine import server_settings
from benchmarks.measured import CLIENTS, Measured, Round
from benchmarks.plan import Plan
from benchmarks.profile.ask import Profile, ask
from benchmarks.quiet import Left
from benchmarks.shop import fill_pool, open_shop
from benchmarks.turns import Turns
from benchmarks.upkeep import Posting, post, resting

PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """`measured`: by contender; `wrong`: what the books say against it."""

    database: Mapping[str, str]
    measured: Mapping[str, Measured]
    wrong: list[str]
    posting: Posting
    profile: Profile


def run_bench(plan: Plan, *, home: Path, run_info: Mapping[str, Any], pool_low: int, console: Console) -> Bench:
    """`run_info`: what the stack says of itself; `pool_low`: the low mark that its workers know."""
    database_url, broker_url, accounting_url = (
        run_info[f"{name}_url"] for name in ("database", "broker", "accounting")
    )
    database = server_settings(database_url)
    rounds: dict[str, list[Round]] = {contender.name: [] for contender in CONTENDERS}
    with console.status("opening the shop") as status:
        lanes = open_shop([*rounds, PROFILE])
        pgbench.install(database_url)
        status.update("starting the baselines")
        with (
            baseline_servers.running(home, broker_url=broker_url) as baselines,
            redis.Redis.from_url(broker_url) as broker,
            psycopg.connect(database_url, autocommit=True) as looking_on,
        ):
            turns = Turns(
                servers=Servers(
                    product_url=run_info["base_url"], baselines_url=baselines.base_url, database_url=database_url
                ),
                pids=programs(run_info["pids"], baselines.pids),
                left=Left(broker, looking_on),
            )
            with resting(broker_url):
                for number in range(1, plan.rounds + 1):
                    for contender in CONTENDERS:
                        status.update(f"round {number} of {plan.rounds}: {contender.title}")
                        fill_pool(accounting_url)
                        rounds[contender.name].append(turns.take(contender, lanes[contender.name], plan))
                measured = {name: Measured(of_name) for name, of_name in rounds.items()}
                status.update("checking the books")
                wrong = books.faults(database_url, settled={name: one.settled for name, one in measured.items()})
                status.update("timing the stages")
                fill_pool(accounting_url)
                profile = ask(lanes[PROFILE], pool_low=pool_low)
        status.update("posting to accounting")
        posting = post(
            plan.window_s, broker_url=broker_url, database_url=database_url, pids=programs(run_info["pids"], {})
        )
    return Bench(database=database, measured=measured, wrong=wrong, posting=posting, profile=profile)


def programs(of_stack: Mapping[str, int], of_baselines: Mapping[str, int]) -> dict[str, int]:
    """Name -> first process. The stack runs in this process."""
    named = {CLIENTS if name == "up" else name: pid for name, pid in of_stack.items()}
    return {**named, **of_baselines}
