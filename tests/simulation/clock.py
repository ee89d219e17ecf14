"""The time of a run, which goes on from step to step, and ids that only its seed decides."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.simulation.actors import At, Pause, here

BEGAN = datetime(2031, 3, 1, 9, tzinfo=UTC)


class Clock:
    """`now_s`: seconds since the run began, as the database has it; each process may be off by some."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> datetime:
        """As the process that asks has it."""
        actor = here()
        return BEGAN + timedelta(seconds=round(self.now_s + (actor.skew_s if actor else 0.0), 6))

    def of_database(self) -> datetime:
        return BEGAN + timedelta(seconds=round(self.now_s, 6))

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        if actor := here():
            actor.wait(Pause(At.SLEEP, until=self.now_s + seconds))


class Time:
    """Stands in for the module of that name, in what is simulated."""

    def __init__(self, clock: Clock) -> None:
        self.monotonic = clock.monotonic
        self.sleep = clock.sleep

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def ids(clock: Clock, chance: random.Random) -> Callable[[], UUID]:
    """UUIDs of version 7: of the run's time, each later than the one before."""
    last = 0

    def make() -> UUID:
        nonlocal last
        milliseconds = int(clock.of_database().timestamp() * 1_000)
        last = max(last + 1, milliseconds << 12)
        return UUID(int=(last >> 12) << 80 | 7 << 76 | (last & 0xFFF) << 64 | 2 << 62 | chance.getrandbits(62))

    return make
