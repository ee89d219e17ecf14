"""The line of calls: long while it is new, held down once it stands."""

import pytest

from base.line import BURST_MAX, SHORT, STANDING_AFTER_S, STANDING_MAX, Line, stand_aside


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(clock: Clock) -> Line:
    return Line(now=clock)


def came(line: Line, calls: int) -> int:
    """How many found a place, which they keep."""
    return sum(line.enter() for _ in range(calls))


def test_many_who_come_in_one_instant_find_a_place(line: Line) -> None:
    assert came(line, BURST_MAX + 1) == BURST_MAX


def test_a_line_that_stands_is_held_down(line: Line, clock: Clock) -> None:
    assert came(line, STANDING_MAX) == STANDING_MAX
    clock.now += STANDING_AFTER_S
    assert came(line, 1) == 0
    line.leave()
    assert came(line, 2) == 1


def test_once_it_was_short_many_may_come_again(line: Line, clock: Clock) -> None:
    came(line, STANDING_MAX)
    clock.now += STANDING_AFTER_S
    for _ in range(STANDING_MAX - SHORT + 1):
        line.leave()
    assert came(line, BURST_MAX) == BURST_MAX - SHORT + 1


def test_an_idle_hour_before_them_makes_no_standing_line_of_many(line: Line, clock: Clock) -> None:
    clock.now += 3_600
    assert came(line, BURST_MAX) == BURST_MAX


def test_who_stands_aside_has_left_and_leaves_once(line: Line, clock: Clock) -> None:
    came(line, BURST_MAX - 1)
    with line.place() as has_place:
        assert has_place
        stand_aside()
        stand_aside()
        assert came(line, 2) == 1
    assert came(line, 1) == 0


def test_whoever_found_no_place_gives_none_up(line: Line) -> None:
    came(line, BURST_MAX)
    with line.place() as has_place:
        assert not has_place
    assert came(line, 1) == 0
