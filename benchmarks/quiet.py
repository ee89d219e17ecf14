"""Waiting until nothing is left to do: so long a turn lasts, and nobody's turn is disturbed by the one before it.

Entries for accounting rest meanwhile, see benchmarks.upkeep.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from base.broker.port import Broker
from benchmarks.baselines import QUEUE as OF_BASELINES
from benchmarks.host import cpu
from orders.journal.ring import QUEUE

LOOK_EVERY_S = 0.005
LEFT_MAX_S = 120
"""What is still left then is a fault, which the report tells."""

PATIENCE_S = 15
SAMPLE_S = 0.4
CORES_MAX = 0.15
"""What the stack's programs keep busy when nobody sells anything: schedules, events, a sweep each second."""

IS_PENDING = """
    SELECT EXISTS (SELECT FROM orders_command WHERE state = 'pending' AND order_id IS NOT NULL)
        OR EXISTS (SELECT FROM orders_command WHERE state = 'pending' AND order_id IS NULL)
"""
"""In two, since each half has an index of its own: whoever asks all the time must not read all that was ever sold."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do of what was sold."""

    broker: Broker
    database: psycopg.Connection[Any]

    def rings(self) -> int:
        """Messages that nobody has taken, for the product's workers or the baselines'."""
        return sum(self.broker.waiting(queue) for queue in (QUEUE, OF_BASELINES))

    def wait_until_none(self, *, seconds: float = LEFT_MAX_S) -> bool:
        """Whether nothing is left, in time."""
        end = time.monotonic() + seconds
        while self.rings() or self._is_pending():
            if time.monotonic() >= end:
                return False
            time.sleep(LOOK_EVERY_S)
        return True

    def _is_pending(self) -> bool:
        (is_pending,) = self.database.execute(IS_PENDING, prepare=True).fetchone() or (False,)
        return bool(is_pending)


def wait_until_calm(pids: Mapping[str, int]) -> None:
    """`pids`: of the servers, whose processor time tells."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        before = cpu.spent(pids)
        time.sleep(SAMPLE_S)
        if sum(cpu.between(before, cpu.spent(pids)).values()) < CORES_MAX * SAMPLE_S:
            return
