"""The search for a way to tell what overlapped, on a register and on a counter."""

from collections.abc import Iterator

import pytest

from benchmarks.chaos.history.search import Operation, tell

Call = tuple[str, int, float, float]
"""What was done with which value, from when to when."""
FOREVER = float("inf")


def step(value: int, call: Call) -> Iterator[int]:
    match call:
        case "write", new, _, _:
            yield new
        case "read", seen, _, _ if seen == value:
            yield value


def told(*calls: Call, states_max: int = 1000) -> bool | None:
    operations = [Operation(what=call, is_read=call[0] == "read", is_certain=call[3] != FOREVER) for call in calls]
    return tell(
        operations, before=lambda one, other: one[3] < other[2], start=0, step=step, states_max=states_max
    ).is_possible


@pytest.mark.parametrize(
    "calls",
    [
        (),
        [("read", 0, 0, 1)],
        [("write", 1, 0, 3), ("read", 0, 1, 2)],
        [("write", 1, 0, 3), ("read", 1, 1, 2)],
        [("write", 1, 0, 9), ("write", 2, 0, 9), ("read", 1, 1, 2), ("read", 2, 3, 4)],
        [("write", 1, 0, FOREVER), ("read", 0, 1, 2), ("read", 1, 3, 4)],
        [("write", 1, 0, FOREVER), ("read", 0, 1, 2)],
    ],
)
def test_what_can_have_happened(calls: list[Call]) -> None:
    assert told(*calls) is True


@pytest.mark.parametrize(
    "calls",
    [
        [("read", 1, 0, 1)],
        [("write", 1, 0, 1), ("read", 0, 2, 3)],
        [("write", 1, 0, 1), ("write", 2, 2, 3), ("read", 1, 4, 5)],
        [("write", 1, 0, 9), ("read", 1, 1, 2), ("read", 0, 3, 4)],
        [("write", 1, 0, 9), ("write", 2, 0, 9), ("read", 1, 1, 2), ("read", 2, 3, 4), ("read", 1, 5, 6)],
        [("write", 1, 0, FOREVER), ("read", 1, 1, 2), ("read", 0, 3, 4)],
    ],
)
def test_what_cannot(calls: list[Call]) -> None:
    assert told(*calls) is False


def test_many_at_once_are_no_trouble() -> None:
    writes = [("write", number, 0.0, 99.0) for number in range(1, 13)]
    assert told(*writes, ("read", 7, 100, 101), states_max=50_000) is True
    assert told(*writes, ("read", 0, 100, 101), states_max=200_000) is False


def test_a_search_that_takes_too_long_says_so() -> None:
    writes = [("write", number, 0.0, 99.0) for number in range(1, 13)]
    assert told(*writes, ("read", 0, 100, 101), states_max=100) is None


def test_what_was_taken_comes_before_what_was_sent_later_though_it_never_ended() -> None:
    first: Operation[Call] = Operation(what=("write", 1, 0, 1), is_certain=False)
    second: Operation[Call] = Operation(what=("write", 2, 2, 3))
    read: Operation[Call] = Operation(what=("read", 1, 4, 5), is_read=True)
    result = tell([first, second, read], before=lambda one, other: one[3] < other[2], start=0, step=step)
    assert result.is_possible is False
    assert ([call[:2] for call in result.order], [call[:2] for call in result.stuck]) == (
        [("write", 1), ("write", 2)],
        [("read", 1)],
    )
