"""Who is believed to hang, and who is only busy. The instants and processor times are given."""

from dataclasses import dataclass, field

import pytest

from project.stack.groups import Group
from project.stack.pulse import LOOKS_MIN, Pulse, Told

SILENCE_MAX_S = 60
EVERY_S = SILENCE_MAX_S / LOOKS_MIN
LOOKS_UNTIL_KILLED = LOOKS_MIN + 2  # the first has nothing to compare with, the second begins the silence


@dataclass
class Web:
    name: str = "web"
    pid: int = 7
    why: list[str] = field(default_factory=list)

    def put_down(self, why: str) -> None:
        self.why.append(why)


class Watched:
    """A web server that is looked at, at an hour of its own."""

    def __init__(self, *, told_of_it: Told = Told.NOTHING) -> None:
        self.web = Web()
        self.told_of_it = told_of_it
        self.told: list[list[str]] = []
        self.pulse = Pulse(
            [self.web],
            {"web": lambda pid: self.told_of_it if pid == self.web.pid else Told.UNKNOWN},
            silence_max_s=SILENCE_MAX_S,
            changed=lambda: self.told.append(self.pulse.silent),
        )
        self._now, self._cpu_s = 0.0, 5.0

    def look(self, times: int, *, works: float = 0.0, is_stopped: bool = False) -> None:
        """`works`: how much of a core it takes between the looks."""
        for _ in range(times):
            self._now += EVERY_S
            self._cpu_s += works * EVERY_S
            self.pulse.look({self.web.pid: Group(cpu_s=self._cpu_s, is_stopped=is_stopped)}, now=self._now)


def test_one_that_neither_answers_nor_works_is_told_of_and_killed_when_its_time_is_over() -> None:
    watched = Watched()
    watched.look(LOOKS_UNTIL_KILLED - 1, works=0.01)
    assert watched.pulse.silent == ["web"]
    assert watched.web.why == []
    watched.look(1)
    assert watched.web.why == ["did not answer for 60 s and was killed"]
    assert watched.told == [["web"], []]


def test_one_that_answers_is_left_alone() -> None:
    watched = Watched(told_of_it=Told.ANSWERS)
    watched.look(20)
    assert watched.told == []
    assert watched.web.why == []


def test_one_that_works_is_busy_and_left_alone_however_long_it_does_not_answer() -> None:
    watched = Watched()
    watched.look(100, works=0.5)
    assert watched.told == []
    assert watched.web.why == []


def test_one_that_never_computes_long_hangs_however_much_it_computes() -> None:
    watched = Watched(told_of_it=Told.HANGS)
    watched.look(LOOKS_MIN, works=1.0)
    assert watched.pulse.silent == ["web"]
    watched.look(1, works=1.0)
    assert watched.web.why == ["did not answer for 60 s and was killed"]


def test_one_of_which_nobody_can_tell_is_left_alone() -> None:
    watched = Watched(told_of_it=Told.UNKNOWN)
    watched.look(20)
    assert watched.told == []
    assert watched.web.why == []


@pytest.mark.parametrize("told", Told)
def test_one_that_is_stopped_is_killed_whatever_its_others_answer(told: Told) -> None:
    watched = Watched(told_of_it=told)
    watched.look(LOOKS_MIN + 1, works=0.5, is_stopped=True)
    assert watched.web.why == ["did not answer for 60 s and was killed"]


def test_while_one_is_stopped_nobody_else_is_asked() -> None:
    asked: list[str] = []

    def ask(pid: int) -> Told:
        asked.append("worker")
        return Told.NOTHING

    broker, worker = Web(name="valkey", pid=7), Web(name="worker", pid=8)
    pulse = Pulse(
        [broker, worker],
        {"worker": ask},
        silence_max_s=SILENCE_MAX_S,
        changed=lambda: None,
    )
    for look in range(1, LOOKS_UNTIL_KILLED):
        seen = {7: Group(cpu_s=5.0, is_stopped=True), 8: Group(cpu_s=5.0, is_stopped=False)}
        pulse.look(seen, now=look * EVERY_S)
    assert broker.why == ["did not answer for 60 s and was killed"]
    assert worker.why == []
    assert asked == []


def test_an_answer_in_between_begins_the_time_anew() -> None:
    watched = Watched()
    watched.look(LOOKS_UNTIL_KILLED - 1)
    watched.told_of_it = Told.ANSWERS
    watched.look(1)
    watched.told_of_it = Told.NOTHING
    watched.look(LOOKS_MIN)
    assert watched.web.why == []


def test_one_that_was_begun_anew_has_its_own_time() -> None:
    watched = Watched()
    watched.look(LOOKS_UNTIL_KILLED - 1)
    watched.web.pid = 8
    watched.look(LOOKS_UNTIL_KILLED - 1)
    assert watched.web.why == []


def test_a_long_gap_between_two_looks_is_no_proof() -> None:
    """This program itself may have been stopped."""
    watched = Watched()
    watched.look(2)
    watched._now += 3_600
    watched.look(1)
    assert watched.web.why == []
