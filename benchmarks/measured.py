"""What was measured of one contender, over all its rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.demo.report import percentiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """`settled`: all sales, also those of the warm-up. `cpu_s`: what all of them took by program until nothing was left
    to do, `quiet_after_s` seconds after the last sale. `rings_left`: messages that nobody had taken when the last sale
    was settled. `others_cores`: what programs that are not the bench's kept busy meanwhile."""

    settled: int
    sales_per_s: float
    latencies_s: Sequence[float]
    cpu_s: Mapping[str, float]
    rings_left: int
    quiet_after_s: float
    others_cores: float


@dataclass(frozen=True, slots=True)
class Measured:
    rounds: Sequence[Round]

    @property
    def settled(self) -> int:
        return sum(one.settled for one in self.rounds)

    @property
    def sales_per_s(self) -> float:
        return sum(one.sales_per_s for one in self.rounds) / len(self.rounds)

    @property
    def latency_ms(self) -> dict[str, float]:
        """Of one request."""
        return percentiles([1000 * latency for one in self.rounds for latency in one.latencies_s])

    @property
    def cpu_ms_per_sale(self) -> dict[str, float]:
        """By program; the same figure is seconds for 1,000 sales."""
        programs = self.rounds[0].cpu_s
        return {name: sum(one.cpu_s[name] for one in self.rounds) / self.settled * 1000 for name in programs}

    def as_json(self) -> dict[str, Any]:
        return {
            "sales_per_s": round(self.sales_per_s, 1),
            "settled": self.settled,
            "latency_ms": self.latency_ms,
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
