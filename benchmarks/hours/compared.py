"""What shops of several sizes sold in one run, in relation to the empty one, and what they take on disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.hours.disk import GB, Taken
from benchmarks.results.figures import Figure
from benchmarks.results.measured import Measured, middle_ratio
from benchmarks.results.tables import figure_table, print_head, table

EMPTY = 0
LEAST = 0.95
"""Of what the empty shop sells."""
LARGEST = 12
"""Tables and indexes that are named."""
MANY = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Shops go by the orders that each began with. `measured`: by shop, then by contender. `made`: what those took that
    began with some; `sold`: what the empty one took in the end, after sales of three lines."""

    database: Mapping[str, str]
    measured: Mapping[int, Mapping[str, Measured]]
    made: Mapping[int, Taken]
    sold: Taken
    wrong: list[str]

    @property
    def figures(self) -> list[Figure]:
        grown = [orders for orders in self.measured if orders != EMPTY]
        rates = [figure for orders in grown for name in self.measured[orders] for figure in self._rates(orders, name)]
        return [*rates, *self._bytes()]

    def _rates(self, orders: int, contender: str) -> list[Figure]:
        grown, empty = self.measured[orders][contender], self.measured[EMPTY][contender]
        name = f"{contender} beside {orders:,}"
        rate, processor = middle_ratio(grown, empty), grown.whole_cpu_ms_per_sale / empty.whole_cpu_ms_per_sale
        return [
            Figure(name=f"{name}: sales/s", value=rate, unit="x empty", least=LEAST),
            Figure(name=f"{name}: processor time", value=processor, unit="of empty"),
        ]

    def _bytes(self) -> list[Figure]:
        each = self.made[max(self.made)].whole_a_command
        return [
            Figure(name="disk, a sale of one line, posted", value=each, unit="bytes a command"),
            Figure(name="disk, a sale of three lines", value=self.sold.whole_a_command, unit="bytes a command"),
            Figure(name=f"disk, {MANY:,} of one line", value=each * MANY / GB, unit="GB"),
            Figure(name=f"disk, {MANY:,} of three lines", value=self.sold.whole_a_command * MANY / GB, unit="GB"),
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            "shops": {
                str(orders): {name: one.as_json() for name, one in measured.items()}
                for orders, measured in self.measured.items()
            },
            "disk": {
                **{str(orders): one.as_json() for orders, one in self.made.items()},
                "sold": self.sold.as_json(),
            },
            "figures": [one.as_json() for one in self.figures],
            "wrong": self.wrong,
        }

    def say(self, console: Console) -> None:
        print_head(console, database=self.database)
        console.print(self._speed())
        console.print(self._disk())
        console.print(figure_table(self.figures))
        for fault in self.wrong:
            console.print(f"[bold red]Wrong:[/] {fault}", highlight=False)
        if not self.wrong:
            console.print("The books of every shop are right: each sale once, with all its effects.")

    def _speed(self) -> Table:
        title = "Sales of three lines beside what is in the tables, of the empty shop: the middle of all rounds"
        made = table(title, "orders before", "contender", "sales/s", "of empty", "p50 ms", "p99 ms", "by round")
        for orders, measured in self.measured.items():
            for name, one in measured.items():
                ratio = middle_ratio(one, self.measured[EMPTY][name])
                latencies = [f"{one.latency_ms[percentile]:,.1f}" for percentile in ("p50", "p99")]
                by_round = " ".join(f"{round_.sales_per_s:,.0f}" for round_ in one.rounds)
                made.add_row(f"{orders:,}", name, f"{one.sales_per_s:,.0f}", f"{ratio:.2f}", *latencies, by_round)
        return made

    def _disk(self) -> Table:
        shops = {**{f"{orders:,}": one for orders, one in self.made.items()}, "sold now": self.sold}
        made = table("Bytes a settled command on disk, the largest first", "table or index", *shops)
        for relation in self.made[max(self.made)].largest_first[:LARGEST]:
            made.add_row(relation, *(f"{one.a_command(relation):,.0f}" for one in shops.values()))
        made.add_row("all, with the others", *(f"{one.whole_a_command:,.0f}" for one in shops.values()))
        made.add_row("settled commands", *(f"{one.commands:,}" for one in shops.values()))
        made.add_row("GB", *(f"{one.whole / GB:,.2f}" for one in shops.values()))
        return made
