"""`./ringup bench overload`: three times more sales than the machine takes, and a till that is broken beside others."""

import argparse
import random

from rich.console import Console

from benchmarks.contenders import SEED
from benchmarks.host.machine import server_settings
from benchmarks.hours.begun import measured, own_servers, parser
from benchmarks.hours.shops import Shop, opened
from benchmarks.lane import Size
from benchmarks.load import loop
from benchmarks.load.clock import Clock
from benchmarks.load.sales import Sales
from benchmarks.load.tills import one_call
from benchmarks.overload.books import wrong_and_settled_s
from benchmarks.overload.calm import normal_after_s, usual_s
from benchmarks.overload.flood import flood
from benchmarks.overload.history import contradictions
from benchmarks.overload.neighbours import take_turns
from benchmarks.overload.report import Report
from benchmarks.overload.watch import watched
from benchmarks.results.measured import CLIENTS
from project import env as environment

SIZES = {
    "calibrating": Size(tills=64),
    "many": Size(tills=200),
    "probe": Size(),
    "four": Size(tills=4),
    "broken": Size(),
}
TIMES = 3
SECONDS, QUICK_SECONDS = 60, 10
SECONDS_MAX = 3_600
CALIBRATING_S, QUIET_S = 6.0, 4.0
TURNS, TURN_S = 2, 30.0
NUMBERS_PER_S = 3_000


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    turns = 1 if options.quick else TURNS
    return measured("overload", arguments, options.json, lambda console: run(seconds, turns, console))


def parse(arguments: list[str]) -> argparse.Namespace:
    arguments_of_it = parser("overload", __doc__)
    arguments_of_it.add_argument(
        "--seconds", type=seconds_of, metavar="N", help=f"how long there is too much, unless it is {SECONDS} s"
    )
    return arguments_of_it.parse_args(arguments)


def seconds_of(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= SECONDS_MAX):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {SECONDS_MAX}, not {text!r}")
    return int(text)


def run(seconds: float, turns: int, console: Console) -> Report:
    with own_servers("bench-overload") as (home, servers), console.status("opening the shop") as status:
        environment.override(TERMINAL_REQUESTS_PER_S="")  # tills are held to what they are by default
        database = server_settings(servers.database_url)
        numbers = int(NUMBERS_PER_S * (seconds + CALIBRATING_S + turns * TURN_S))
        with opened(home / "shop", servers, sizes=SIZES, numbers=numbers, rests=False) as shop:
            base_url, lanes = shop.turns.servers.product_url, shop.lanes
            status.update("finding out what the machine takes")
            rate = calibrated(shop)
            shop.turns.left.wait_until_none()
            usual = usual_s(lanes["probe"], base_url, seconds=QUIET_S)
            status.update(f"offering {TIMES * rate:,.0f} sales a second for {seconds:.0f} s")
            pids = {name: pid for name, pid in shop.turns.pids.items() if name != CLIENTS}
            with watched(pids, database_url=shop.database_url, broker_url=shop.broker_url) as seen:
                heard = flood(lanes["many"], base_url, calls_per_s=TIMES * rate, seconds=seconds)
                status.update("waiting until it is as before")
                normal = normal_after_s(lanes["probe"], base_url, usual=usual)
            shop.turns.left.wait_until_none()
            books, settled_s = wrong_and_settled_s(shop.database_url, lanes["many"], heard.accepted)
            status.update("asking what became of each sale")
            books += contradictions(lanes["many"], base_url, heard.sales)
            status.update("selling beside a broken till")
            beside = take_turns(lanes["four"], lanes["broken"], base_url, turns=turns, seconds=TURN_S)
    return Report(
        database=database,
        rate=rate,
        pending_max=environment.current().commands_pending_max,
        usual_s=usual,
        seconds=seconds,
        heard=heard,
        watched=seen,
        settled_s=settled_s,
        normal_after_s=normal,
        turns=beside,
        books=books,
    )


def calibrated(shop: Shop) -> float:
    """Sales a second that 64 tills settle, each of which waits for the one before."""
    lane = shop.lanes["calibrating"]
    sales = Sales(wares=lane.wares, lines=lane.lines, is_hot=False, dice=random.Random(SEED))
    clock = Clock(warm_up_s=1, window_s=CALIBRATING_S)
    scripts = [one_call(sales, terminal_key=key, clock=clock) for key in lane.terminal_keys]
    loop.run(shop.turns.servers.product_url, scripts)
    return clock.halves[1].sales_per_s
