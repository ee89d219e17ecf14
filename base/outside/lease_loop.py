"""The one loop for all that other systems are asked: lease what is due, ask outside every transaction, note what came
under the lease's fence, and come back later to what failed, or park it for a person.

Only the holder of a lease writes that a call was in vain: `lease_until` tells one holder from another. A holder that
dies leaves a lease that lapses; whoever comes next repeats the call under the same key, and it has its effect once.
"""

import logging
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from base.laps import Laps
from base.lines import named
from base.outside.asking import Fault, Refusal
from base.outside.share import Share
from base.sql import clock
from base.tracing import listener

DOUBLINGS_MAX = 30

log = logging.getLogger(__name__)


class Leased(Protocol):
    @property
    def attempts(self) -> int:
        """With this one, since a person last looked at it."""
        ...


Item = TypeVar("Item", bound=Leased)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How a kind of call is made.

    `batch`: how many are leased together. `probes`: None where all of them are asked at the same time, each in its own
    thread, and noted as they answer: the slow hold up nobody. Otherwise one is asked after the other and they are noted
    together; a run begins with so many until one is done, and if so many on end get no answer, the other system is
    down. `attempts_max`: then it is parked, if others of the run were done; `outage_parks`: even if none was.
    """

    share: Share
    batch: int
    probes: int | None
    attempts_max: int = sys.maxsize
    outage_parks: bool = False
    backoff_max_s: float
    lease: timedelta = timedelta(seconds=60)
    """Longer than any call takes. After half of it no further one is begun."""
    run_max_s: float = 20.0
    """Then the task ends, and the next one goes on."""


class Fate(StrEnum):
    REFUSED = "refused"
    PARKED = "parked"
    LATER = "tried again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Generic[Item]):
    item: Item
    fate: Fate
    error: str
    next_attempt_at: datetime


@dataclass(slots=True)
class Ran:
    """What became of a run's items. `failed`: those that are tried again."""

    done: int = 0
    refused: int = 0
    parked: int = 0
    failed: int = 0


class Kind(Protocol[Item, Answer]):
    """What one kind of call does in its own way. All but `ask` and `name` are short transactions."""

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Item]: ...

    def ask(self, item: Item) -> Answer:
        """Touches no database. Raises Fault, Refusal."""
        ...

    def done(self, answers: Sequence[tuple[Item, Answer]], *, lease_until: datetime, now: datetime) -> int:
        """How many of these it was for this holder to note."""
        ...

    def failed(self, failures: Sequence[Failure[Item]], *, lease_until: datetime) -> None: ...

    def give_back(self, untried: Sequence[Item], *, lease_until: datetime) -> None:
        """Only of batches that are asked in turn something is left over."""
        assert not untried

    def name(self, item: Item) -> str:
        """As the log calls it."""
        ...


def run(work: Work, kind: Kind[Item, Answer]) -> Ran:
    """As `carry_out`, with a thread of the work's share; nothing where none is free."""
    with work.share.taken() as is_free:
        return carry_out(work, kind) if is_free else Ran()


def carry_out(work: Work, kind: Kind[Item, Answer]) -> Ran:
    """What is due, until nothing is, nobody answers or the time is over."""
    ran = Ran()
    until = time.monotonic() + work.run_max_s
    while time.monotonic() < until and _round(work, kind, ran):
        pass
    return ran


def pause_max_s(attempts: int, *, cap_s: float) -> float:
    """After so many attempts in vain: 1, 2, 4 ... seconds, at most the cap."""
    return min(2.0 ** min(max(attempts - 1, 0), DOUBLINGS_MAX), cap_s)


def next_attempt_at(work: Work, attempts: int) -> datetime:
    """Full jitter, so that those who failed together do not come back together
    (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter)."""
    pause_s = random.uniform(0, pause_max_s(attempts, cap_s=work.backoff_max_s))
    return clock.now() + timedelta(seconds=pause_s)


def _round(work: Work, kind: Kind[Item, Answer], ran: Ran) -> bool:
    """Whether it is worth going on: something was due, and somebody answered."""
    now = clock.asked()  # who wrote down when something is due may have heard it later than we did
    lease_until = now + work.lease
    limit = work.batch if work.probes is None or ran.done else work.probes
    due = kind.lease_due(limit=limit, now=now, until=lease_until)
    if work.probes is None:
        answered = [_note(work, kind, [one], lease_until, ran) for one in _ask_concurrently(kind, due)]
        return any(answered)
    in_turn = _ask_in_turn(kind, due, probes=work.probes, within=work.lease / 2)
    asked = list(in_turn)
    is_answered = _note(work, kind, asked, lease_until, ran)
    if untried := due[len(asked) :]:
        kind.give_back(untried, lease_until=lease_until)
    return is_answered and not untried and not _is_down(asked, work.probes)


def _ask_concurrently(kind: Kind[Item, Answer], due: Sequence[Item]) -> Iterator[tuple[Item, Answer | Fault | Refusal]]:
    if not due:
        return
    with ThreadPoolExecutor(len(due), thread_name_prefix="asking") as pool:
        asked = {pool.submit(_answer, kind, item): item for item in due}
        for future in as_completed(asked):
            yield asked[future], future.result()


def _ask_in_turn(
    kind: Kind[Item, Answer], due: Sequence[Item], *, probes: int, within: timedelta
) -> Iterator[tuple[Item, Answer | Fault | Refusal]]:
    until = time.monotonic() + within.total_seconds()
    asked: list[tuple[Item, Answer | Fault | Refusal]] = []
    for item in due:
        if _is_down(asked, probes) or time.monotonic() > until:
            return
        answer = _answer(kind, item)
        asked.append((item, answer))
        yield asked[-1]


def _answer(kind: Kind[Item, Answer], item: Item) -> Answer | Fault | Refusal:
    laps = Laps()
    try:
        answer: Answer | Fault | Refusal = kind.ask(item)
    except (Fault, Refusal) as error:
        answer = error
    laps.lap("ask")
    failure = answer if isinstance(answer, Fault | Refusal) else None
    if listener.traces:
        whom = type(kind).__module__.rpartition(".")[2]
        listener.traces.asked(item, whom=whom, began_ns=laps.began_ns, error=failure)
    if failure is None and (told := _told(item)):
        log.info("%s is done", kind.name(item), extra={**told, "phases_ms": laps.rounded()})
    return answer


def _told(item: object, **more: Any) -> dict[str, Any]:
    """Whose it is, if a command's."""
    command_id = getattr(item, "command_id", None)
    return named(command_id, **more) if isinstance(command_id, UUID) else {}


def _is_down(asked: Sequence[tuple[Item, object]], probes: int) -> bool:
    last = asked[-probes:]
    return len(last) == probes and all(isinstance(answer, Fault) for _, answer in last)


def _note(
    work: Work,
    kind: Kind[Item, Answer],
    asked: Sequence[tuple[Item, Answer | Fault | Refusal]],
    lease_until: datetime,
    ran: Ran,
) -> bool:
    """Whether anybody answered."""
    answers = [(item, answer) for item, answer in asked if not isinstance(answer, Fault | Refusal)]
    if answers:
        ran.done += kind.done(answers, lease_until=lease_until, now=clock.now())
    # Only now: it makes a difference whether others were done.
    failures = [_failure(work, item, error, ran) for item, error in asked if isinstance(error, Fault | Refusal)]
    if failures:
        kind.failed(failures, lease_until=lease_until)
    for failure in failures:
        ran.refused += failure.fate is Fate.REFUSED
        ran.parked += failure.fate is Fate.PARKED
        ran.failed += failure.fate is Fate.LATER
        log.warning(
            "%s is %s: %s",
            kind.name(failure.item),
            failure.fate,
            failure.error,
            extra=_told(failure.item, outcome=failure.fate),
        )
    return any(not isinstance(answer, Fault) for _, answer in asked)


def _failure(work: Work, item: Item, error: Fault | Refusal, ran: Ran) -> Failure[Item]:
    """Refused is refused: it would be again, until a person has changed something. Others are parked where a whole
    outage parks them, or if others got through meanwhile: an outage is nobody's fault, however long it lasts."""
    is_last = item.attempts >= work.attempts_max
    fate = Fate.LATER
    if isinstance(error, Refusal):
        fate = Fate.REFUSED
    elif is_last and (work.outage_parks or ran.done):
        fate = Fate.PARKED
    later = next_attempt_at(work, item.attempts)
    return Failure(item=item, fate=fate, error=str(error), next_attempt_at=later)
