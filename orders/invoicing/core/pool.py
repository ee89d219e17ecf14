"""How a pool of invoice numbers is kept: how fast sales empty it, when it is too low, and how full it should be."""

import math
from dataclasses import dataclass

HALF_LIFE_S = 120.0
"""A lull or a rush that lasts as long has half of the say in the burn rate."""
BURN_LEAST = 1 / 1440
"""Less than a number a day is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the shop has set. `low` and `target` are meant for a quiet pool, and grow together with the burn rate until
    the target is `target_max`; then a full pool lasts less than `covers_min` minutes."""

    low: int
    target: int
    target_max: int
    covers_min: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Below `low` free numbers the pool is filled up to `target`."""

    low: int
    target: int


def burn_rate(before: float, *, taken: int, seconds: float) -> float:
    """Numbers a minute, after so many were taken in so many seconds and it was `before` till then."""
    if seconds <= 0:
        return before
    weight = 1 - math.exp2(-seconds / HALF_LIFE_S)
    return before + weight * (60 * max(taken, 0) / seconds - before)


def marks(burn_per_minute: float, bounds: Bounds) -> Marks:
    target = max(bounds.target, min(math.ceil(burn_per_minute * bounds.covers_min), bounds.target_max))
    return Marks(low=bounds.low * target // bounds.target, target=target)


def minutes_to_empty(free: int, burn_per_minute: float) -> float | None:
    """None where nothing burns."""
    return free / burn_per_minute if burn_per_minute >= BURN_LEAST else None
