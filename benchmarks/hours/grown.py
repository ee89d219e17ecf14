"""`./ringup bench grown`: shops that have settled many commands beside one that has settled none, in turns on one
PostgreSQL: whether they sell as many, and what a command takes on disk."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

import psycopg
from rich.console import Console

from benchmarks import books
from benchmarks.contenders import BULK_CLIENTS, CONTENDERS, COUNTER
from benchmarks.grown.rows import ORDERS
from benchmarks.host.machine import server_settings
from benchmarks.hours.begun import in_turns, measured, own_servers, parser
from benchmarks.hours.compared import EMPTY, Compared
from benchmarks.hours.disk import taken
from benchmarks.hours.shops import Shop, opened
from benchmarks.plan import Plan
from benchmarks.results.measured import Measured, Round
from benchmarks.turns import unquiet

SIZES = {"singles": COUNTER, "bulk": BULK_CLIENTS}
SELLING = [one for one in CONTENDERS if one.name in SIZES]
FULL = Plan(rounds=4, warm_up_s=0.5, window_s=3, pool=100_000)
QUICK = Plan(rounds=2, warm_up_s=0.3, window_s=1, pool=20_000)
ORDERS_MIN, ORDERS_MAX = 10_000, 20_000_000


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    plan = QUICK if options.quick else FULL
    return measured("grown", arguments, options.json, lambda console: run(plan, options.orders, console))


def parse(arguments: list[str]) -> argparse.Namespace:
    arguments_of_it = parser("grown", __doc__)
    arguments_of_it.add_argument(
        "--orders",
        type=sizes,
        default=[ORDERS],
        metavar="NUMBERS",
        help=f"a shop for each, with so many sales in its tables, as 100000,{ORDERS}; a million takes 4 GB of disk",
    )
    return arguments_of_it.parse_args(arguments)


def sizes(text: str) -> list[int]:
    """Rising, each once."""
    given = text.split(",")
    if not all(one.isascii() and one.isdecimal() and ORDERS_MIN <= int(one) <= ORDERS_MAX for one in given):
        raise argparse.ArgumentTypeError(f"must be numbers from {ORDERS_MIN} to {ORDERS_MAX} with commas between them")
    return sorted(set(map(int, given)))


def run(plan: Plan, orders: Sequence[int], console: Console) -> Compared:
    with own_servers("bench-grown") as (home, servers), ExitStack() as open_shops, console.status("") as status:
        shops: dict[int, Shop] = {}
        for before in (EMPTY, *orders):
            status.update(f"opening a shop with {before:,} sales in its tables")
            shop = opened(home / str(before), servers, sizes=SIZES, orders=before, numbers=plan.pool)
            shops[before] = open_shops.enter_context(shop)
        database = server_settings(servers.database_url)
        made = {before: taken(shop.database_url) for before, shop in shops.items() if before != EMPTY}
        with psycopg.connect(servers.database_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")  # what was made is on disk before anybody sells
        sold = take_turns(shops, plan, tell=status.update)
        status.update("checking the books")
        wrong = [
            f"{before:,} orders before: {fault}"
            for before, shop in shops.items()
            for fault in (
                *unquiet(sold[before]),
                *books.faults(shop.database_url, books.sold(sold[before])),
            )
        ]
        in_the_end = taken(shops[EMPTY].database_url)
    return Compared(database=database, measured=sold, made=made, sold=in_the_end, wrong=wrong)


def take_turns(shops: Mapping[int, Shop], plan: Plan, *, tell: Callable[[str], None]) -> dict[int, dict[str, Measured]]:
    rounds: dict[int, dict[str, list[Round]]] = {before: {one.name: [] for one in SELLING} for before in shops}
    turns = [(contender, before) for contender in SELLING for before in shops]
    for number, (contender, before) in in_turns(turns, rounds=plan.rounds):
        tell(f"round {number} of {plan.rounds}: {contender.title} beside {before:,} sales")
        shop = shops[before]
        rounds[before][contender.name].append(shop.turns.take(contender, shop.lanes[contender.name], plan))
    return {before: {name: Measured(of) for name, of in of_shop.items()} for before, of_shop in rounds.items()}
