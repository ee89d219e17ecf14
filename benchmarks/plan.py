"""Who is measured, and for how long."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What is measured besides the contenders, each by its own name."""

    STAGES = "stages"
    POSTING = "posting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Each contender has a turn in every round. `pool`: more invoice numbers than anybody takes in one turn.
    `only`: the names of contenders and parts that are measured; all of them where it is empty."""

    rounds: int
    warm_up_s: float
    window_s: float
    pool: int
    only: frozenset[str] = frozenset()

    def wants(self, name: str) -> bool:
        return not self.only or name in self.only


FULL = Plan(rounds=3, warm_up_s=1, window_s=6, pool=100_000)
QUICK = Plan(rounds=1, warm_up_s=0.3, window_s=1, pool=15_000)
