"""What the product is asked for, as ratios of figures of the same run."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """`least`: how many times `of` the contender has to reach; with `beyond` it has to be more than that."""

    contender: str
    of: str
    least: float
    beyond: bool = False


TARGETS = [
    Target("singles", "view", 2.5),
    Target("bulk", "view", 15),
    Target("bulk", "pgbench", 1, beyond=True),
    Target("singles-hot", "singles", 0.85),
    Target("bulk-hot", "bulk", 0.85),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    target: Target
    ratio: float

    @property
    def is_met(self) -> bool:
        return self.ratio > self.target.least if self.target.beyond else self.ratio >= self.target.least

    @property
    def word(self) -> str:
        return "ok" if self.is_met else "MISSED"


def judge(sales_per_s: Mapping[str, float]) -> list[Verdict]:
    """`sales_per_s`: by contender."""
    return [Verdict(target=target, ratio=sales_per_s[target.contender] / sales_per_s[target.of]) for target in TARGETS]
