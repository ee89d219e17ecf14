"""What the product is asked for, as ratios of figures of the same run."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """`least`: how many times `of` the contender has to reach, over the time until all is quiet."""

    contender: str
    of: str
    least: float


TARGETS = [
    Target("singles", "view", 4.5),
    Target("singles", "task", 6),
    Target("singles-two-calls", "view", 3.5),
    Target("bulk", "view", 20),
    Target("bulk", "pgbench", 1.9),
    Target("singles-hot", "singles", 0.95),
    Target("bulk-hot", "bulk", 0.95),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    target: Target
    ratio: float

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.target.least

    @property
    def word(self) -> str:
        return "ok" if self.is_met else "MISSED"


def judge(sales_per_s: Mapping[str, float]) -> list[Verdict]:
    """`sales_per_s`: by contender."""
    return [Verdict(target=target, ratio=sales_per_s[target.contender] / sales_per_s[target.of]) for target in TARGETS]
