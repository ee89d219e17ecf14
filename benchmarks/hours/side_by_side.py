"""Shops that differ in one thing sell in turns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.table import Table

from benchmarks import books
from benchmarks.contenders import CONTENDERS
from benchmarks.host.machine import server_settings
from benchmarks.hours.begun import in_turns
from benchmarks.hours.shops import Shop
from benchmarks.plan import Plan
from benchmarks.results.measured import Measured, Round, middle_ratio
from benchmarks.results.tables import print_head, table
from benchmarks.turns import unquiet

SELLING = [one for one in CONTENDERS if one.name in ("singles", "bulk", "idle")]
SIZES = {one.name: one.size for one in SELLING}
FULL = Plan(rounds=4, warm_up_s=0.5, window_s=3, pool=100_000)
QUICK = Plan(rounds=2, warm_up_s=0.3, window_s=1, pool=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """`what`: in what they differ, a word; `measured`: by its value, then by contender; the first is what the others
    are compared with."""

    what: str
    database: Mapping[str, str]
    measured: Mapping[str, Mapping[str, Measured]]
    wrong: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            f"{self.what}s": {
                value: {name: one.as_json() for name, one in of.items()} for value, of in self.measured.items()
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
        made = table(title, "contender", self.what, "sales/s", "of the first", "p50 ms", "p95 ms", "by round")
        for name in self.measured[first]:
            for value, of in self.measured.items():
                one, ratio = of[name], middle_ratio(of[name], self.measured[first][name])
                latencies = [f"{one.latency_ms[percentile]:,.1f}" for percentile in ("p50", "p95")]
                by_round = " ".join(f"{round_.sales_per_s:,.0f}" for round_ in one.rounds)
                made.add_row(name, value, f"{one.sales_per_s:,.0f}", f"{ratio:.2f}", *latencies, by_round)
        return made


def compared(what: str, shops: Mapping[str, Shop], plan: Plan, *, database_url: str, status: Status) -> SideBySide:
    """`database_url`: of the server that all of them have."""
    rounds: dict[str, dict[str, list[Round]]] = {value: {one.name: [] for one in SELLING} for value in shops}
    turns = [(contender, value) for contender in SELLING for value in shops]
    for number, (contender, value) in in_turns(turns, rounds=plan.rounds):
        status.update(f"round {number} of {plan.rounds}: {contender.title}, {value}")
        shop = shops[value]
        rounds[value][contender.name].append(shop.turns.take(contender, shop.lanes[contender.name], plan))
    sold = {value: {name: Measured(of) for name, of in of_shop.items()} for value, of_shop in rounds.items()}
    wrong = [
        f"{value}: {fault}"
        for value, one in shops.items()
        for fault in (*unquiet(sold[value]), *books.faults(one.database_url, books.sold(sold[value])))
    ]
    return SideBySide(what=what, database=server_settings(database_url), measured=sold, wrong=wrong)
