"""What the product is asked for, as far as its contenders tell it: most of it as ratios of figures of the same run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.results.figures import Figure
from benchmarks.results.measured import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`reached`: the figure, of the contenders `of` in their order."""

    name: str
    unit: str
    of: tuple[str, ...]
    reached: Callable[..., float]
    least: float | None = None
    most: float | None = None

    def figure(self, measured: Mapping[str, Measured]) -> Figure:
        value = self.reached(*(measured[name] for name in self.of))
        return Figure(name=self.name, value=value, unit=self.unit, least=self.least, most=self.most)


def times(contender: str, of: str, least: float) -> Target:
    """How many times the other's sales a second, over the time until all is quiet."""

    def reached(one: Measured, other: Measured) -> float:
        return one.sales_per_s / other.sales_per_s

    return Target(name=f"{contender}: sales/s", unit=f"x {of}", of=(contender, of), reached=reached, least=least)


def lines(contender: str, of: str, least: float) -> Target:
    """How many times the other's lines a second."""

    def reached(one: Measured, other: Measured) -> float:
        return one.lines_per_s / other.lines_per_s

    return Target(name=f"{contender}: lines/s", unit=f"x {of}", of=(contender, of), reached=reached, least=least)


def processor(contender: str, of: str, most: float) -> Target:
    """Of all programs but the clients, as a part of the other's."""

    def reached(one: Measured, other: Measured) -> float:
        return one.whole_cpu_ms_per_sale / max(other.whole_cpu_ms_per_sale, 1e-9)

    return Target(name=f"{contender}: processor time", unit=f"of {of}", of=(contender, of), reached=reached, most=most)


def spread(contender: str, most: float) -> Target:
    def reached(one: Measured) -> float:
        return one.latency_ms["p99"] / max(one.latency_ms["p50"], 1e-9)

    return Target(name=f"{contender}: p99", unit="x p50", of=(contender,), reached=reached, most=most)


def latency(contender: str, percentile: str, most: float) -> Target:
    def reached(one: Measured) -> float:
        return one.latency_ms[percentile]

    return Target(name=f"{contender}: {percentile}", unit="ms", of=(contender,), reached=reached, most=most)


TARGETS = [
    times("singles", "view", 4.5),
    times("singles", "task", 6),
    spread("singles", 4),
    processor("singles", "view", 0.22),
    times("singles-two-calls", "view", 3.5),
    times("singles-32", "singles", 1),
    spread("singles-32", 4),
    times("singles-128", "singles", 1),
    spread("singles-128", 4),
    times("bulk", "view", 20),
    times("bulk", "pgbench", 1.9),
    times("singles-hot", "singles", 0.95),
    times("bulk-hot", "bulk", 0.95),
    lines("large", "view-large", 4.5),
    processor("large", "view-large", 0.22),
    latency("idle", "p50", 8),
    latency("idle", "p99", 20),
]


def reached(measured: Mapping[str, Measured]) -> list[Figure]:
    """`measured`: by contender; what needs one who was left out is left out, too."""
    return [target.figure(measured) for target in TARGETS if measured.keys() >= set(target.of)]
