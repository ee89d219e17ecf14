"""Who is measured, and for how long."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

# Measured with 2 cores and nobody else there.
BEGIN_S = 25
"""Until the stack, the shop and the baselines' servers are there, and until the stack is gone."""
TURN_S = 1.7
"""What a turn takes besides: invoice numbers, the last sales, until all is calm."""
GATHERING_S = 7
"""Until many tills wait, and until all of them know."""
STAGES_S, TIMED_SALE_S, BEGIN_POSTING_S = 6, 0.04, 1


class Part(StrEnum):
    """What is measured besides the contenders, each by its own name."""

    WAITING = "waiting"
    STAGES = "stages"
    POSTING = "posting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Each contender has a turn in every round. `pool`: more invoice numbers than anybody takes in one turn.
    `looking_s`: at the web server while tills wait. `timed_sales`: one by one, for each part's stages.
    `only`: the names of contenders and parts that are measured; all of them where it is empty."""

    rounds: int
    warm_up_s: float
    window_s: float
    pool: int
    looking_s: float = 0
    timed_sales: int = 0
    only: frozenset[str] = frozenset()

    def wants(self, name: str) -> bool:
        return not self.only or name in self.only

    def seconds(self, contenders: Collection[str]) -> float:
        """How long it all takes on a quiet machine of two cores, with these contenders."""
        turns = self.rounds * sum(map(self.wants, contenders))
        of_parts = {
            Part.WAITING: self.rounds * (self.looking_s + GATHERING_S),
            Part.STAGES: STAGES_S + self.timed_sales * TIMED_SALE_S,
            Part.POSTING: self.window_s + BEGIN_POSTING_S,
        }
        parts_s = sum(seconds for part, seconds in of_parts.items() if self.wants(part))
        return BEGIN_S + turns * (self.warm_up_s + self.window_s + TURN_S) + parts_s


FULL = Plan(rounds=3, warm_up_s=1, window_s=6, looking_s=3, timed_sales=200, pool=100_000)
QUICK = Plan(rounds=1, warm_up_s=0.3, window_s=1, looking_s=1, timed_sales=40, pool=15_000)
