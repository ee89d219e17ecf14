"""What a run came to: for people, and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.chaos.people.probe import Sale
from benchmarks.chaos.storm import Struck
from project.demo.report import percentiles

RING_S, ELSE_S = 3.0, 5.0
"""Targets: until sales go on again once they can."""
RINGS = "lost rings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`commands`: how many were taken, by what became of them; `left_out`: what was not tried, and why."""

    seed: int
    minutes: float
    seconds: float
    struck: Sequence[Struck]
    beside: Sequence[str]
    commands: Mapping[str, int]
    requests: int
    lost: int
    sales: Sequence[Sale]
    wrong: Sequence[str]
    left_out: Sequence[str]

    @property
    def recovery_s(self) -> dict[str, dict[str, float]]:
        """By kind of fault, from its end until a sale is settled that began after it."""
        kinds: dict[str, list[float]] = {}
        for one in self.struck:
            if one.sold_after_s is not None:
                kinds.setdefault(one.fault.kind, []).append(one.sold_after_s)
        return {kind: _figures(of_kind) for kind, of_kind in sorted(kinds.items())}

    @property
    def latency_ms(self) -> dict[str, dict[str, float]]:
        """Of sales that began while a fault was in force or was not over, and of the others."""
        found: dict[str, list[float]] = {"during": [], "after": []}
        for sale in self.sales:
            if sale.settled:
                during = any(one.began <= sale.began < one.over for one in self.struck)
                found["during" if during else "after"].append(1000 * (sale.settled - sale.began))
        return {when: _figures(those) for when, those in found.items() if those}

    @property
    def longest_s(self) -> float:
        """Between two sales that were settled."""
        settled = sorted(sale.settled for sale in self.sales if sale.settled)
        return max((later - earlier for earlier, later in pairwise(settled)), default=0.0)

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "minutes": self.minutes,
            "seconds": round(self.seconds, 1),
            "faults": dict(Counter(one.fault.name for one in self.struck)),
            "beside": dict(Counter(self.beside)),
            "commands": dict(self.commands),
            "requests": {"sent": self.requests, "unanswered": self.lost},
            "recovery_s": self.recovery_s,
            "latency_ms": self.latency_ms,
            "longest_silence_s": round(self.longest_s, 2),
            "left_out": list(self.left_out),
            "violations": list(self.wrong),
        }

    def say(self, console: Console) -> None:
        names = Counter(one.fault.name for one in self.struck), Counter(self.beside)
        for title, counted in zip(("Faults", "Beside"), names, strict=True):
            told = ", ".join(f"{name}{f' {count}x' if count > 1 else ''}" for name, count in sorted(counted.items()))
            _line(console, title, f"{counted.total()}: {told}" if counted else "0")
        kinds = ", ".join(f"{count} {state}" for state, count in self.commands.items())
        _line(console, "Commands", f"{sum(self.commands.values())}: {kinds}")
        _line(console, "Requests", f"{self.requests}, of which {self.lost} had no answer")
        _line(console, "Longest silence", f"{self.longest_s:.1f} s without a settled sale")
        console.print(self._recovery())
        for when, of_it in self.latency_ms.items():
            told = ", ".join(f"{name} {value:,.0f} ms" for name, value in of_it.items() if name != "count")
            _line(console, f"Sales {when}", f"{of_it['count']:.0f}: {told}")
        for what in self.left_out:
            _line(console, "Left out", what)
        for line in self.wrong:
            _line(console, "Wrong", line)
        _line(console, "Seed", str(self.seed))
        console.print(
            f"{len(self.wrong)} violations." if self.wrong else "No violation: every answer can have been given so."
        )

    def _recovery(self) -> Table:
        made = Table(title="From the end of a fault until a sale is settled that began after it, seconds")
        for name in ("fault", "times", "p50", "p95", "max", "target"):
            made.add_column(name, justify="left" if name == "fault" else "right")
        for kind, of_kind in self.recovery_s.items():
            target = RING_S if kind == RINGS else ELSE_S
            figures = [f"{of_kind[name]:.1f}" for name in ("p50", "p95", "max")]
            is_met = of_kind["max"] <= target
            made.add_row(kind, f"{of_kind['count']:.0f}", *figures, f"{target:.0f}{'' if is_met else ', missed'}")
        return made


def _figures(values: Sequence[float]) -> dict[str, float]:
    return {"count": len(values), **percentiles(values), "max": round(max(values), 1)}


def _line(console: Console, title: str, told: str) -> None:
    console.print(f"{title:19}{told}", highlight=False, markup=False, soft_wrap=True)
