"""Whether operations that overlapped can be told as if they had happened one after the other.

The search of Wing and Gong with Lowe's memo, as Knossos and Porcupine have it: whatever has to come before is done,
then any of those that may come next is tried; what is done already and what state it left is never looked at twice.
A read changes nothing: where it fits, it is taken at once, and no other way is tried for it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

STATES_MAX = 200_000

What = TypeVar("What")
State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation(Generic[What]):
    """`is_certain`: it happened; else it may have, or may yet. `is_read`: it leaves the state as it is."""

    what: What
    is_certain: bool = True
    is_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[What]):
    """`is_possible`: None where it took too long to find out. `order`: the longest way that was found; `stuck`: the
    certain ones that may come next, and cannot."""

    is_possible: bool | None
    order: list[What]
    stuck: list[What]


def tell(
    operations: Sequence[Operation[What]],
    *,
    before: Callable[[What, What], bool],
    start: State,
    step: Callable[[State, What], Iterable[State]],
    states_max: int = STATES_MAX,
) -> Told[What]:
    """`before`: whether the first has to come before the second, if it happened. `step`: the states that an operation
    may leave; none where it cannot have happened then."""
    needs = [
        sum(1 << other for other, first in enumerate(operations) if other != number and before(first.what, one.what))
        for number, one in enumerate(operations)
    ]
    follow = [sum(1 << other for other in range(len(needs)) if needs[other] >> one & 1) for one in range(len(needs))]
    certain = sum(1 << number for number, one in enumerate(operations) if one.is_certain)
    known: set[tuple[int, State]] = set()
    ways: list[tuple[int, State, tuple[int, ...]]] = [(0, start, ())]
    longest: tuple[int, ...] = ()
    while ways:
        done, state, way = ways.pop()
        if len(way) > len(longest):
            longest = way
        if done & certain == certain:
            return Told(is_possible=True, order=[operations[number].what for number in way], stuck=[])
        if (done, state) in known:
            continue
        known.add((done, state))
        if len(known) > states_max:
            return _told(None, operations, longest, needs)
        ready = [
            number
            for number in range(len(operations))
            if not done >> number & 1 and needs[number] & certain & ~done == 0 and not done & follow[number]
        ]
        next_ways = [
            (done | 1 << number, after, (*way, number))
            for number in reversed(ready)
            for after in step(state, operations[number].what)
        ]
        reads = [one for one in next_ways if operations[one[2][-1]].is_read]
        ways += reads[-1:] or next_ways
    return _told(False, operations, longest, needs)


def _told(
    is_possible: bool | None, operations: Sequence[Operation[What]], way: tuple[int, ...], needs: Sequence[int]
) -> Told[What]:
    left = {number for number, one in enumerate(operations) if one.is_certain and number not in way}
    ready = [number for number in sorted(left) if not any(needs[number] >> other & 1 for other in left)]
    order, stuck = ([operations[number].what for number in those] for those in (way, ready))
    return Told(is_possible=is_possible, order=order, stuck=stuck)
