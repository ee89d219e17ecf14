"""`./ringup bench memory`: what each program of the stack keeps in memory, at the start and after each 10,000 commands,
with all upkeep going on: whether it grows."""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from benchmarks import books
from benchmarks.contenders import BULK_CLIENTS, BULK_SIZE, COUNTER, SEED, TillScript
from benchmarks.host.machine import server_settings
from benchmarks.host.resident import members, resident
from benchmarks.hours.begun import measured, own_servers, parser
from benchmarks.hours.kept import Kept, Mark
from benchmarks.hours.shops import Shop, opened
from benchmarks.load import loop
from benchmarks.load.clock import Clock
from benchmarks.load.sales import Sales
from benchmarks.load.tills import bulk, one_call
from benchmarks.results.measured import CLIENTS

SIZES = {"singles": COUNTER, "bulk": BULK_CLIENTS}
SCRIPTS: dict[str, TillScript] = {"singles": one_call, "bulk": partial(bulk, size=BULK_SIZE)}
PORTIONS = {"singles": 2_000, "bulk": 8_000}
"""Of each ten thousand commands: a sale a request, and a hundred."""
QUICK_PORTIONS = {"singles": 100, "bulk": 400}
SECONDS, QUICK_SECONDS = 180.0, 4.0
SECONDS_MAX = 86_400
NUMBERS = 500_000
"""More than are taken: fetching so many is no work that a shop has."""


@dataclass(slots=True, kw_only=True)
class UpTo(Clock):
    """It is over after so many sales, too."""

    sales_max: int

    def is_over(self) -> bool:
        return self.settled >= self.sales_max or Clock.is_over(self)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    portions = QUICK_PORTIONS if options.quick else PORTIONS
    return measured("memory", arguments, options.json, lambda console: run(seconds, portions, console))


def parse(arguments: list[str]) -> argparse.Namespace:
    arguments_of_it = parser("memory", __doc__)
    arguments_of_it.add_argument(
        "--seconds", type=seconds_of, metavar="N", help=f"how long to sell, unless it is {SECONDS:g} s"
    )
    return arguments_of_it.parse_args(arguments)


def seconds_of(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= SECONDS_MAX):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {SECONDS_MAX}, not {text!r}")
    return int(text)


def run(seconds: float, portions: dict[str, int], console: Console) -> Kept:
    with own_servers("bench-memory") as (home, servers), console.status("opening the shop") as status:
        database = server_settings(servers.database_url)
        with opened(home / "shop", servers, sizes=SIZES, numbers=NUMBERS, rests=False) as shop:
            sold = dict.fromkeys(SIZES, 0)
            marks = list(take_marks(shop, sold, portions=portions, seconds=seconds, tell=status.update))
            status.update("checking the books")
            wrong = faults(shop, sold)
    return Kept(database=database, marks=marks, wrong=wrong)


def take_marks(
    shop: Shop, sold: dict[str, int], *, portions: dict[str, int], seconds: float, tell: Callable[[str], None]
) -> Iterator[Mark]:
    """Before the first sale, and after each round of portions; the last one may be smaller. `sold`: is counted on."""
    end = time.monotonic() + seconds
    sales = {name: Sales(wares=lane.wares, is_hot=False, dice=random.Random(SEED)) for name, lane in shop.lanes.items()}
    yield mark(shop, 0)
    while (left_s := end - time.monotonic()) > 0:
        for name, portion in portions.items():
            clock = UpTo(warm_up_s=0, window_s=left_s, sales_max=portion)
            keys = shop.lanes[name].terminal_keys
            scripts = [SCRIPTS[name](sales[name], terminal_key=key, clock=clock) for key in keys]
            loop.run(shop.turns.servers.product_url, scripts)
            sold[name] += clock.settled
        done = sum(sold.values())
        tell(f"{done:,} commands are settled, {max(0.0, left_s):.0f} s are left")
        yield mark(shop, done)


def mark(shop: Shop, commands: int) -> Mark:
    pids = {name: pid for name, pid in shop.turns.pids.items() if name != CLIENTS}
    return Mark(commands=commands, of={name: resident(of) for name, of in members(pids).items()})


def faults(shop: Shop, sold: dict[str, int]) -> list[str]:
    """Posting goes on meanwhile: a number may be posted already."""
    shop.turns.left.wait_until_none()
    return books.faults(
        shop.database_url, {name: books.Sold(count, shop.lanes[name].lines) for name, count in sold.items()}
    )
