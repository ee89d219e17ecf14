"""How long everybody is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Each contender has a turn in every round. `pool`: more invoice numbers than anybody takes in one turn."""

    rounds: int
    warm_up_s: float
    window_s: float
    pool: int


FULL = Plan(rounds=3, warm_up_s=1, window_s=6, pool=100_000)
QUICK = Plan(rounds=1, warm_up_s=0.3, window_s=1, pool=15_000)
