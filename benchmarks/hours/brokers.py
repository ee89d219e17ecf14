"""`./ringup bench brokers`: a shop on Valkey and one on RabbitMQ, in turns on one PostgreSQL: what a broker costs.

RabbitMQ is the machine's own package."""

from contextlib import ExitStack

from rich.console import Console

from base.broker.choose import broker_at
from benchmarks.hours.begun import measured, own_servers, parser
from benchmarks.hours.shops import Shop, opened
from benchmarks.hours.side_by_side import FULL, QUICK, SIZES, SideBySide, compared
from benchmarks.plan import Plan
from project import env as environment
from project.stack.embedded.rabbitmq import HOW_TO_GET_IT, EmbeddedRabbitMQ, rabbitmq

VERSION_WITHIN_S = 5


def main(arguments: list[str]) -> int:
    options = parser("brokers", __doc__).parse_args(arguments)
    if rabbitmq() is None:
        environment.stop(HOW_TO_GET_IT)
    plan = QUICK if options.quick else FULL
    return measured("brokers", arguments, options.json, lambda console: run(plan, console))


def run(plan: Plan, console: Console) -> SideBySide:
    with (
        own_servers("bench-brokers") as (home, servers),
        EmbeddedRabbitMQ(home / "rabbitmq") as rabbit,
        ExitStack() as open_shops,
        console.status("") as status,
    ):
        shops: dict[str, Shop] = {}
        for name, url in (("valkey", ""), ("rabbitmq", rabbit.url)):
            status.update(f"opening a shop on {name}")
            shop = open_shops.enter_context(
                opened(home / f"on-{name}", servers, sizes=SIZES, numbers=plan.pool, broker_url=url)
            )
            shops[broker_at(shop.broker_url).version(within_s=VERSION_WITHIN_S)] = shop
        return compared("broker", shops, plan, database_url=servers.database_url, status=status)
