"""What programs kept in memory while commands were settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.host.resident import Resident
from benchmarks.results.figures import Figure
from benchmarks.results.tables import figure_table, print_head, table

MANY = 100_000
FLAT_MOST_MB = 2
"""More than that in 100,000 commands is growth."""
WORKER_MOST_MB = 150
OURS = ("web", "worker", "worker-io", "beat")
"""The others' caches fill up, each to a bound of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """`commands`: settled until then; `of`: by program."""

    commands: int
    of: Mapping[str, Resident]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`marks`: the first before any command."""

    database: Mapping[str, str]
    marks: Sequence[Mark]
    wrong: list[str]

    @property
    def programs(self) -> list[str]:
        return list(self.marks[0].of)

    def growth_mb(self, program: str) -> float:
        """Of the proportional share, in 100,000 commands, over the later half of the marks: until then a program loads
        what it needs, and its caches fill."""
        warm = self.marks[len(self.marks) // 2 :]
        if len(warm) < 2:
            return 0.0
        line = linear_regression([mark.commands for mark in warm], [mark.of[program].pss for mark in warm])
        return line.slope * MANY

    @property
    def figures(self) -> list[Figure]:
        most = max(mark.of["worker"].pss for mark in self.marks)
        return [
            Figure(name="worker: memory at most", value=most, unit="MB", most=WORKER_MOST_MB),
            *(
                Figure(
                    name=f"{program}: growth",
                    value=self.growth_mb(program),
                    unit=f"MB in {MANY:,} commands",
                    most=FLAT_MOST_MB if program in OURS else None,
                )
                for program in self.programs
            ),
        ]

    def say(self, console: Console) -> None:
        print_head(console, database=self.database)
        console.print(self._by_mark())
        console.print(figure_table(self.figures))
        for fault in self.wrong:
            console.print(f"[bold red]Wrong:[/] {fault}", highlight=False)

    def _by_mark(self) -> Table:
        title = "Memory of each program with all its processes, in MB: RSS, which counts what they share for each / PSS"
        made = table(title, "commands", *self.programs)
        for mark in self.marks:
            made.add_row(f"{mark.commands:,}", *(f"{one.rss:,.1f} / {one.pss:,.1f}" for one in mark.of.values()))
        return made

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            "marks": [
                {
                    "commands": mark.commands,
                    "mb": {name: {"rss": round(one.rss, 1), "pss": round(one.pss, 1)} for name, one in mark.of.items()},
                }
                for mark in self.marks
            ],
            "figures": [one.as_json() for one in self.figures],
            "wrong": self.wrong,
        }
