"""Who is believed to hang, and who is only busy. The instants and processor times are given."""

from dataclasses import dataclass, field

import pytest

from project.stack.groups import Group
from project.stack.pulse import LOOKS_MIN, Pulse

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

    def __init__(self, *, answers: bool | None = False) -> None:
        self.web = Web()
        self.answers = answers
        self.told: list[list[str]] = []
        self.pulse = Pulse(
            [self.web],
            {"web": lambda: self.answers},
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
    watched = Watched(answers=True)
    watched.look(20)
    assert watched.told == []
    assert watched.web.why == []


def test_one_that_works_is_busy_and_left_alone_however_long_it_does_not_answer() -> None:
    watched = Watched()
    watched.look(100, works=0.5)
    assert watched.told == []
    assert watched.web.why == []


def test_one_of_which_nobody_can_tell_is_left_alone() -> None:
    watched = Watched(answers=None)
    watched.look(20)
    assert watched.told == []
    assert watched.web.why == []


@pytest.mark.parametrize("answers", [True, False, None])
def test_one_that_is_stopped_is_killed_whatever_its_others_answer(answers: bool | None) -> None:
    watched = Watched(answers=answers)
    watched.look(LOOKS_MIN + 1, works=0.5, is_stopped=True)
    assert watched.web.why == ["did not answer for 60 s and was killed"]


def test_while_one_is_stopped_nobody_else_is_asked() -> None:
    asked: list[str] = []

    def ask() -> None:
        asked.append("worker")

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
    watched.answers = True
    watched.look(1)
    watched.answers = False
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
