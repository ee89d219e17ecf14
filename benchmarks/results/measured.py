"""What was measured of one contender, over all its rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.load.clock import Half
from benchmarks.load.sales import LINES
from project.demo.report import percentiles

CLIENTS = "clients"
"""What the bench's own process is called where processor time is told: the tills, and pgbench."""


HALVES_AGREE = 0.85
"""The slower half's part of the quicker one's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`settled`: all sales, also those of the warm-up. `halves`: of the time after it, the second until all was quiet,
    `quiet_after_s` seconds after the last sale: no message waited and no command was pending. Entries for accounting
    are told of apart. `is_quiet`: all was done in time. `cpu_s`: what all sales took by program, in the clients only
    while they sold. `rings_left`: messages that nobody had taken when the last sale was settled. `others_cores`: what
    programs that are not the bench's kept busy meanwhile."""

    settled: int
    halves: tuple[Half, Half]
    latencies_s: Sequence[float]
    cpu_s: Mapping[str, float]
    rings_left: int
    quiet_after_s: float
    is_quiet: bool
    others_cores: float

    @property
    def sales_per_s(self) -> float:
        """The rate that lasts: what a turn leaves behind is paid for by its own time."""
        first, second = self.halves
        return Half(first.sales + second.sales, first.seconds + second.seconds).sales_per_s


@dataclass(frozen=True, slots=True)
class Measured:
    """`lines`: of a sale."""

    rounds: Sequence[Round]
    lines: int = LINES

    @property
    def settled(self) -> int:
        return sum(one.settled for one in self.rounds)

    @property
    def sales_per_s(self) -> float:
        """Of all rounds together."""
        halves = [half for one in self.rounds for half in one.halves]
        return Half(sum(half.sales for half in halves), sum(half.seconds for half in halves)).sales_per_s

    @property
    def halves_per_s(self) -> tuple[float, float]:
        """The rate of all first halves, and of all second ones."""
        first, second = (
            Half(sum(half.sales for half in of_all), sum(half.seconds for half in of_all)).sales_per_s
            for of_all in zip(*(one.halves for one in self.rounds), strict=True)
        )
        return first, second

    @property
    def lasts(self) -> bool:
        """Whether the halves agree: else the rate is one of a beginning."""
        return min(self.halves_per_s) >= HALVES_AGREE * max(self.halves_per_s)

    @property
    def lines_per_s(self) -> float:
        return self.lines * self.sales_per_s

    @property
    def latency_ms(self) -> dict[str, float]:
        """Of one request."""
        return percentiles([1000 * latency for one in self.rounds for latency in one.latencies_s])

    @property
    def cpu_ms_per_sale(self) -> dict[str, float]:
        """By program; the same figure is seconds for 1,000 sales."""
        programs = self.rounds[0].cpu_s
        return {name: sum(one.cpu_s[name] for one in self.rounds) / self.settled * 1000 for name in programs}

    @property
    def whole_cpu_ms_per_sale(self) -> float:
        """Of all programs but the clients."""
        return sum(ms for name, ms in self.cpu_ms_per_sale.items() if name != CLIENTS)

    def as_json(self) -> dict[str, Any]:
        return {
            "sales_per_s": round(self.sales_per_s, 1),
            "lines_per_s": round(self.lines_per_s, 1),
            "lasts": self.lasts,
            "halves_per_s": [round(rate, 1) for rate in self.halves_per_s],
            "settled": self.settled,
            "latency_ms": self.latency_ms,
            "cpu_s_per_1000_sales_but_clients": round(self.whole_cpu_ms_per_sale, 3),
            "cpu_s_per_1000_sales": {name: round(value, 3) for name, value in self.cpu_ms_per_sale.items()},
            "rounds": [
                {
                    "sales_per_s": round(one.sales_per_s, 1),
                    "rings_left": one.rings_left,
                    "quiet_after_s": round(one.quiet_after_s, 2),
                    "others_cores": round(one.others_cores, 2),
                }
                for one in self.rounds
            ],
        }


def middle_ratio(one: Measured, other: Measured) -> float:
    """Of the rates of each round, which both had shortly after each other."""
    return median(
        mine.sales_per_s / max(others.sales_per_s, 1e-9) for mine, others in zip(one.rounds, other.rounds, strict=True)
    )
