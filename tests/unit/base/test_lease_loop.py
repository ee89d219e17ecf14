"""The loop that asks other systems, over items that stand in a list: when a run ends, and what it leaves to whom."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from base.outside.asking import Fault, Refusal
from base.outside.lease_loop import Failure, Fate, Kind, Ran, Work, run
from base.outside.share import Share
from base.sql import clock

IN_TURN = Work(share=Share(1, task="upkeep.sweep"), batch=10, probes=2, attempts_max=3, backoff_max_s=60)
AT_ONCE = replace(IN_TURN, batch=4, probes=None, outage_parks=True)


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked what time it is."""
    for name in ("asked", "now"):
        monkeypatch.setattr(clock, name, lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Letter:
    says: str
    attempts: int = 1


@dataclass(slots=True)
class Letters(Kind[Letter, str]):
    """Each is leased once. What it says comes back; or no answer, or a refusal."""

    due: list[Letter]
    batches: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    noted: list[list[str]] = field(default_factory=list)
    fates: list[tuple[str, Fate]] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    fences: set[datetime] = field(default_factory=set)

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Letter]:
        leased, self.due = self.due[:limit], self.due[limit:]
        self.batches.append(len(leased))
        self.fences = {until}
        return leased

    def ask(self, item: Letter) -> str:
        self.asked.append(item.says)
        if item.says == "silence":
            raise Fault("no answer")
        if item.says == "no":
            raise Refusal("closed")
        return item.says

    def done(self, answers: Sequence[tuple[Letter, str]], *, lease_until: datetime, now: datetime) -> int:
        assert lease_until in self.fences
        self.noted.append([answer for _, answer in answers])
        return len(answers)

    def failed(self, failures: Sequence[Failure[Letter]], *, lease_until: datetime) -> None:
        assert lease_until in self.fences
        self.fates += [(one.error, one.fate) for one in failures]

    def give_back(self, untried: Sequence[Letter], *, lease_until: datetime) -> None:
        assert lease_until in self.fences
        self.untried += [one.says for one in untried]

    def name(self, item: Letter) -> str:
        return f"the letter {item.says}"


def letters(*said: str, attempts: int = 1) -> Letters:
    return Letters([Letter(one, attempts) for one in said])


def test_a_run_begins_with_its_probes_and_goes_on_in_batches_that_are_noted_together() -> None:
    kind = letters(*"abcdefghijklmno")
    assert run(IN_TURN, kind) == Ran(done=15)
    assert kind.batches == [2, 10, 3, 0]
    assert [len(some) for some in kind.noted] == [2, 10, 3]


def test_what_is_asked_at_once_is_noted_one_by_one() -> None:
    kind = letters(*"abcdef")
    assert run(AT_ONCE, kind) == Ran(done=6)
    assert kind.batches == [4, 2, 0]
    assert Counter(len(some) for some in kind.noted) == {1: 6}


@pytest.mark.parametrize(
    ("said", "batches", "asked", "untried"),
    [
        (["silence"] * 5, [2], 2, []),
        (["a", "b", "silence", "silence", "c", "d"], [2, 4], 4, ["c", "d"]),
        (["a", "b", "silence", "no", "silence", "c"], [2, 4, 0], 6, []),
        (["a", "b", "c", "silence", "silence"], [2, 3], 5, []),
    ],
)
def test_who_is_silent_so_often_on_end_is_down_and_the_others_are_given_back(
    said: list[str], batches: list[int], asked: int, untried: list[str]
) -> None:
    kind = letters(*said)
    run(IN_TURN, kind)
    assert (kind.batches, len(kind.asked), kind.untried) == (batches, asked, untried)


def test_a_run_at_once_ends_when_none_of_a_round_is_answered_and_a_refusal_is_an_answer() -> None:
    kind = letters("no", "silence", "silence", "silence", *["silence"] * 4, "never asked")
    assert run(AT_ONCE, kind) == Ran(refused=1, failed=7)
    assert "never asked" not in kind.asked


@pytest.mark.parametrize(
    ("work", "said", "attempts", "fate"),
    [
        (IN_TURN, ["silence"], 3, Fate.LATER),
        (IN_TURN, ["a", "silence"], 2, Fate.LATER),
        (IN_TURN, ["a", "silence"], 3, Fate.PARKED),
        (AT_ONCE, ["silence"], 2, Fate.LATER),
        (AT_ONCE, ["silence"], 3, Fate.PARKED),
        (replace(AT_ONCE, outage_parks=False), ["silence"], 3, Fate.LATER),
        (IN_TURN, ["no"], 1, Fate.REFUSED),
    ],
)
def test_who_is_parked(work: Work, said: list[str], attempts: int, fate: Fate) -> None:
    kind = letters(*said, attempts=attempts)
    run(work, kind)
    assert [one for _, one in kind.fates] == [fate]


@pytest.mark.parametrize(
    ("change", "batches", "untried"),
    [
        (lambda: replace(IN_TURN, run_max_s=-1), [], []),
        (lambda: replace(IN_TURN, lease=timedelta(seconds=-1)), [2], ["a", "b"]),
        (lambda: replace(IN_TURN, share=Share(0, task="upkeep.sweep")), [], []),
    ],
)
def test_nobody_is_asked_without_time_or_a_thread(
    change: Callable[[], Work], batches: list[int], untried: list[str]
) -> None:
    kind = letters("a", "b", "c")
    assert run(change(), kind) == Ran()
    assert (kind.asked, kind.batches, kind.untried) == ([], batches, untried)
