"""Who does not heed that he shall come back, and goes on calling more often than he may call at all, may call less."""

from itertools import count

import pytest
from pytest_django.fixtures import Settings

from base.http.problems import Problem
from base.line import stand_aside
from orders.terminals.api import limits

PER_S = 20
FINE = 18
"""Nine in ten of what it may in the second that it was told to wait."""


class Counts:
    """Of tokens: what is `left`, and what was `taken`."""

    left = 0

    def __init__(self) -> None:
        self.taken: list[int] = []

    def take(self, *_: object, cost: int) -> bool:
        if cost > self.left:
            return False
        self.left -= cost
        self.taken.append(cost)
        return True


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    counts = Counts()
    monkeypatch.setattr(limits, "counts", lambda: counts)
    return counts


class Till:
    """It has just been told to come back; when it may, there is room for what it may in a second."""

    ids = count(-1_000, -1)

    def __init__(self, counts: Counts) -> None:
        self.id, self.now = next(self.ids), 1000.0
        self.counts = counts

    def is_admitted(self, body_bytes: int = 0) -> bool:
        """Whether the door lets its call in, and it is not refused behind it."""
        if limits.refused_lately(self.id, body_bytes=body_bytes):
            return False
        try:
            limits.admit(self.id, body_bytes=body_bytes)
        except Problem:
            return False
        stand_aside()
        return True

    def goes_on(self, calls: int, body_bytes: int = 0) -> None:
        assert not any(self.is_admitted(body_bytes) for _ in range(calls))

    def waits(self) -> None:
        self.now += limits.RETRY_AFTER_S


@pytest.fixture
def till(counts: Counts, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Till:
    till = Till(counts)
    settings.TERMINAL_REQUESTS_PER_S = PER_S
    monkeypatch.setattr(limits, "monotonic", lambda: till.now)
    assert not till.is_admitted()
    counts.left = PER_S
    return till


def test_who_goes_on_faster_than_it_may_has_a_tenth_of_it(till: Till) -> None:
    till.goes_on(PER_S + 1)
    till.waits()
    assert [till.is_admitted() for _ in range(PER_S)] == [True] * (PER_S - FINE) + [False] * FINE


def test_many_that_heed_it_have_what_they_may(till: Till) -> None:
    """Each comes back once, when it was told to; others of the same till had come meanwhile."""
    till.goes_on(PER_S)
    till.waits()
    assert all(till.is_admitted() for _ in range(PER_S))


def test_it_is_for_each_time_anew(till: Till, counts: Counts) -> None:
    for _ in range(3):
        till.goes_on(PER_S + 1)
        till.waits()
        counts.left, counts.taken = FINE + 1, []
        assert (till.is_admitted(), till.is_admitted()) == (True, False)
        assert counts.taken == [FINE, 1]
    till.waits()
    counts.left = PER_S
    assert all(till.is_admitted() for _ in range(PER_S)), "it has paused"


def test_it_waits_again_where_there_is_no_room_for_what_it_loses(till: Till, counts: Counts) -> None:
    till.goes_on(PER_S + 1)
    till.waits()
    counts.left = FINE - 1
    assert (till.is_admitted(), counts.left) == (False, FINE - 1)


def test_who_insists_with_what_is_large_may_sell_less_as_well(till: Till, counts: Counts) -> None:
    large = limits.PORTION * limits.BYTES_PER_TOKEN
    counts.left = 0
    till.goes_on(PER_S + 2, large)
    till.waits()
    counts.left = PER_S
    assert not till.is_admitted(large)
    assert counts.left == PER_S - FINE


def test_the_oldest_is_forgotten_for_whoever_is_one_too_many() -> None:
    recent = limits.Recent(2)
    for member in ("first", "second", "first", "third"):
        recent.add(member, until=10.0)
    assert [member for member in ("first", "second", "third") if recent.has(member, now=9.0)] == ["first", "third"]


def test_how_often_one_was_asked_for_is_counted_from_when_it_was_added() -> None:
    recent = limits.Recent(2)
    recent.add("till", until=10.0)
    assert [recent.has("till", now=now) for now in (9.0, 9.0, 10.0)] == [True, True, False]
    recent.add("till", until=20.0)
    assert recent.has("till", now=10.0)
    assert (recent.forget("till"), recent.forget("till")) == (1, 0)
