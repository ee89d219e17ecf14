"""Attempts at a batch: the first finds out whose holds its decisions depend on, the next has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from psycopg.errors import SerializationFailure

from orders.journal.core.holders import NOBODY, Holders
from orders.journal.db.claim import Subject

ATTEMPTS_MAX = 5
"""A third and further ones where somebody else came in between."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class DependsOnOthers:
    """What has to be claimed together before the decisions of a batch stand."""

    rung: Sequence[Subject]
    holders: Holders


def until_it_stands(
    rung: Sequence[Subject], attempt: Callable[[Sequence[Subject], Holders], Result | DependsOnOthers]
) -> Result:
    """What the first attempt comes to that depends on nobody else. Errors: there was none (40001)."""
    holders = NOBODY
    for _ in range(ATTEMPTS_MAX):
        result = attempt(rung, holders)
        if not isinstance(result, DependsOnOthers):
            return result
        rung, holders = result.rung, holders | result.holders
    raise SerializationFailure(f"others held what the batch depends on, and others again, {ATTEMPTS_MAX} times")
