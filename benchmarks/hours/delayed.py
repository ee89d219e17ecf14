"""What was sold with the database near and far, and with more and more workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.hours.workers import named
from benchmarks.results.figures import Figure
from benchmarks.results.measured import CLIENTS, Measured, middle_ratio
from benchmarks.results.tables import figure_table, print_head, table

YARDSTICK = "view"
LEAST = 8
"""Times what the view sells on the same line."""
PROGRAMS = {
    "clients": {CLIENTS},
    "web": {"web", "baseline-web"},
    "workers": {*named(9), "baseline-worker"},
    "postgres": {"postgres"},
    "broker": {"valkey"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`workers`: that take commands; the yardstick has none."""

    contender: str
    is_far: bool
    workers: int = 0

    @property
    def name(self) -> str:
        workers = f", {self.workers} worker{'s' * (self.workers > 1)}" if self.workers else ""
        return f"{self.contender}, {'far' if self.is_far else 'near'}{workers}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """`round_trips_ms`: the middle one to the database, near and far, as it was measured."""

    database: Mapping[str, str]
    round_trips_ms: tuple[float, float]
    measured: Mapping[Case, Measured]
    wrong: list[str]

    def times_yardstick(self, case: Case) -> float:
        return middle_ratio(self.measured[case], self.measured[Case(contender=YARDSTICK, is_far=case.is_far)])

    @property
    def figures(self) -> list[Figure]:
        against = [
            Figure(
                name=f"{case.name}: sales/s",
                value=self.times_yardstick(case),
                unit=f"x {YARDSTICK}, {'far' if case.is_far else 'near'}",
                least=LEAST if case.is_far and case.contender == "singles" else None,
            )
            for case in self.measured
            if case.contender != YARDSTICK
        ]
        return [*against, *self._growth()]

    def _growth(self) -> list[Figure]:
        """Of one worker's sales."""
        return [
            Figure(
                name=f"{case.name}: sales/s",
                value=middle_ratio(one, self.measured[Case(contender=case.contender, is_far=case.is_far, workers=1)]),
                unit="x one worker",
            )
            for case, one in self.measured.items()
            if case.workers > 1
        ]

    def say(self, console: Console) -> None:
        print_head(console, database=self.database)
        near, far = self.round_trips_ms
        console.print(f"A round trip to the database takes {near:.2f} ms near and {far:.2f} ms far.", highlight=False)
        console.print(self._speed())
        console.print(figure_table(self.figures))
        for fault in self.wrong:
            console.print(f"[bold red]Wrong:[/] {fault}", highlight=False)
        if not self.wrong:
            console.print("The books are right: each sale once, with all its effects.")

    def _speed(self) -> Table:
        title = "Sales of three lines; of the view on the same line: the middle of all rounds; cores kept busy"
        columns = ["sales/s", "of view", "p50 ms", "p99 ms", *PROGRAMS, "by round"]
        made = table(title, "contender, database, workers", *columns)
        for case, one in self.measured.items():
            latencies = [f"{one.latency_ms[percentile]:,.1f}" for percentile in ("p50", "p99")]
            cores = [f"{share:.2f}" for share in cores_by_program(one).values()]
            by_round = " ".join(f"{round_.sales_per_s:,.0f}" for round_ in one.rounds)
            rates = f"{one.sales_per_s:,.0f}", f"{self.times_yardstick(case):.2f}"
            made.add_row(case.name, *rates, *latencies, *cores, by_round)
        return made

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            "round_trips_ms": {"near": self.round_trips_ms[0], "far": self.round_trips_ms[1]},
            "cases": {
                case.name: one.as_json() | {"cores": cores_by_program(one)} for case, one in self.measured.items()
            },
            "figures": [one.as_json() for one in self.figures],
            "wrong": self.wrong,
        }


def cores_by_program(one: Measured) -> dict[str, float]:
    """That were busy at the rate that lasts."""
    spent = one.cpu_ms_per_sale
    return {
        column: round(sum(spent.get(name, 0) for name in names) * one.sales_per_s / 1000, 3)
        for column, names in PROGRAMS.items()
    }
