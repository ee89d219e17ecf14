"""`./ringup bench brokers`: a shop on Valkey and one on RabbitMQ, in turns on one PostgreSQL: what a broker costs.

RabbitMQ is the machine's own package."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from base.broker.choose import broker_at
from benchmarks import books
from benchmarks.contenders import CONTENDERS
from benchmarks.host.machine import server_settings
from benchmarks.hours.begun import in_turns, measured, own_servers, parser
from benchmarks.hours.shops import Shop, opened
from benchmarks.plan import Plan
from benchmarks.results.measured import Measured, Round, middle_ratio
from benchmarks.results.tables import print_head, table
from benchmarks.turns import unquiet
from project import env as environment
from project.stack.embedded.rabbitmq import HOW_TO_GET_IT, EmbeddedRabbitMQ, rabbitmq

SELLING = [one for one in CONTENDERS if one.name in ("singles", "bulk", "idle")]
FULL = Plan(rounds=4, warm_up_s=0.5, window_s=3, pool=100_000)
QUICK = Plan(rounds=2, warm_up_s=0.3, window_s=1, pool=20_000)
VERSION_WITHIN_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBrokers:
    """`measured`: by broker, with its release, then by contender; the first is what the others are compared with."""

    database: Mapping[str, str]
    measured: Mapping[str, Mapping[str, Measured]]
    wrong: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            "brokers": {
                broker: {name: one.as_json() for name, one in of.items()} for broker, of in self.measured.items()
            },
            "wrong": self.wrong,
        }

    def say(self, console: Console) -> None:
        print_head(console, database=self.database)
        console.print(self._speed())
        for fault in self.wrong:
            console.print(f"[bold red]Wrong:[/] {fault}", highlight=False)

    def _speed(self) -> Table:
        first, *_ = self.measured
        title = "Sales of three lines: the middle of all rounds"
        made = table(title, "contender", "broker", "sales/s", "of the first", "p50 ms", "p95 ms", "by round")
        for name in self.measured[first]:
            for broker, of in self.measured.items():
                one, ratio = of[name], middle_ratio(of[name], self.measured[first][name])
                latencies = [f"{one.latency_ms[percentile]:,.1f}" for percentile in ("p50", "p95")]
                by_round = " ".join(f"{round_.sales_per_s:,.0f}" for round_ in one.rounds)
                made.add_row(name, broker, f"{one.sales_per_s:,.0f}", f"{ratio:.2f}", *latencies, by_round)
        return made


def main(arguments: list[str]) -> int:
    options = parser("brokers", __doc__).parse_args(arguments)
    if rabbitmq() is None:
        environment.stop(HOW_TO_GET_IT)
    plan = QUICK if options.quick else FULL
    return measured("brokers", arguments, options.json, lambda console: run(plan, console))


def run(plan: Plan, console: Console) -> OnBrokers:
    sizes = {one.name: one.size for one in SELLING}
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
                opened(home / name, servers, sizes=sizes, numbers=plan.pool, broker_url=url)
            )
            shops[broker_at(shop.broker_url).version(within_s=VERSION_WITHIN_S)] = shop
        rounds: dict[str, dict[str, list[Round]]] = {broker: {one.name: [] for one in SELLING} for broker in shops}
        turns = [(contender, broker) for contender in SELLING for broker in shops]
        for number, (contender, broker) in in_turns(turns, rounds=plan.rounds):
            status.update(f"round {number} of {plan.rounds}: {contender.title} on {broker}")
            shop = shops[broker]
            rounds[broker][contender.name].append(shop.turns.take(contender, shop.lanes[contender.name], plan))
        sold = {broker: {name: Measured(of) for name, of in of_shop.items()} for broker, of_shop in rounds.items()}
        wrong = [
            f"{broker}: {fault}"
            for broker, one in shops.items()
            for fault in (*unquiet(sold[broker]), *books.faults(one.database_url, books.sold(sold[broker])))
        ]
        return OnBrokers(database=server_settings(servers.database_url), measured=sold, wrong=wrong)
