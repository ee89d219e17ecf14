"""`./ringup bench delay`: sales with the database a millisecond away from web and workers: the product with more and
more workers against a synchronous view on the same line. The broker stays near."""

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import median

import psycopg
from rich.console import Console

from benchmarks import books
from benchmarks.contenders import BULK_CLIENTS, CONTENDERS
from benchmarks.host.machine import server_settings
from benchmarks.hours.begun import in_turns, measured, own_servers, parser
from benchmarks.hours.delayed import Case, Delayed
from benchmarks.hours.line import Line, laid
from benchmarks.hours.shops import Shop, opened
from benchmarks.hours.workers import Workers, more_workers
from benchmarks.lane import Size
from benchmarks.plan import Plan
from benchmarks.results.measured import Measured, Round
from benchmarks.turns import unquiet

SELLING = {one.name: one for one in CONTENDERS if one.name in ("view", "singles", "bulk")}
TILLS, TILLS_MAX = 32, 128
WORKERS = (1, 2, 4)
FULL = Plan(rounds=4, warm_up_s=0.5, window_s=2.5, pool=120_000)
QUICK = Plan(rounds=1, warm_up_s=0.3, window_s=1, pool=20_000)
ROUND_TRIPS = 200
MS_MAX = 100


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    plan = QUICK if options.quick else FULL
    return measured("delay", arguments, options.json, lambda console: run(plan, options, console))


def parse(arguments: list[str]) -> argparse.Namespace:
    arguments_of_it = parser("delay", __doc__)
    arguments_of_it.add_argument(
        "--ms", type=milliseconds, default=1.0, metavar="N", help="a round trip to the database takes so much longer"
    )
    arguments_of_it.add_argument(
        "--tills", type=tills, default=TILLS, metavar="N", help=f"that sell one by one; unless given {TILLS}"
    )
    return arguments_of_it.parse_args(arguments)


def tills(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= TILLS_MAX):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {TILLS_MAX}, not {text!r}")
    return int(text)


def milliseconds(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given <= MS_MAX:
        raise argparse.ArgumentTypeError(f"must be a number above 0 and up to {MS_MAX}, not {text!r}")
    return given


def cases() -> list[Case]:
    """Who is compared sells one after the other."""
    return [
        Case(contender="view", is_far=False),
        Case(contender="singles", is_far=False, workers=1),
        Case(contender="view", is_far=True),
        *(Case(contender=name, is_far=True, workers=count) for name in ("singles", "bulk") for count in WORKERS),
    ]


def run(plan: Plan, options: argparse.Namespace, console: Console) -> Delayed:
    counter = Size(tills=options.tills)
    sizes = {"view": counter, "singles": counter, "bulk": BULK_CLIENTS}
    with own_servers("bench-delay") as (home, servers), console.status("opening the shop") as status:
        database = server_settings(servers.database_url)
        with (
            laid(servers.database_url) as line,
            opened(home / "shop", servers, sizes=sizes, numbers=plan.pool, line=line, has_baselines=True) as shop,
            more_workers(max(WORKERS), home=shop.home, broker_url=shop.broker_url) as workers,
        ):
            near_ms, far_ms = (round_trip_ms(line, shop.database_url, ms) for ms in (0.0, options.ms))
            sold = take_turns(shop, plan, workers=workers, line=line, far_ms=options.ms, tell=status.update)
            status.update("checking the books")
            of_all = {name: together(sold, name) for name in sizes}
            wrong = [*unquiet(of_all), *books.faults(shop.database_url, books.sold(of_all))]
    return Delayed(database=database, round_trips_ms=(near_ms, far_ms), measured=sold, wrong=wrong)


def together(sold: Mapping[Case, Measured], contender: str) -> Measured:
    return Measured([one for case, of in sold.items() if case.contender == contender for one in of.rounds])


def take_turns(
    shop: Shop, plan: Plan, *, workers: Workers, line: Line, far_ms: float, tell: Callable[[str], None]
) -> dict[Case, Measured]:
    rounds: dict[Case, list[Round]] = {case: [] for case in cases()}
    turns = replace(shop.turns, pids={**shop.turns.pids, **workers.pids})
    for number, case in in_turns(list(rounds), rounds=plan.rounds):
        tell(f"round {number} of {plan.rounds}: {case.name}")
        workers.wake(max(case.workers, 1))
        line.delay(round_trip_ms=far_ms if case.is_far else 0)
        rounds[case].append(turns.take(SELLING[case.contender], shop.lanes[case.contender], plan))
    line.delay(round_trip_ms=0)
    return {case: Measured(of_case) for case, of_case in rounds.items()}


def round_trip_ms(line: Line, database_url: str, delay_ms: float) -> float:
    line.delay(round_trip_ms=delay_ms)
    with psycopg.connect(line.to(database_url), autocommit=True) as database:
        return median(elapsed_ms(lambda: database.execute("SELECT", prepare=True)) for _ in range(ROUND_TRIPS))


def elapsed_ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
