"""Which rows are waited for: the time that transactions waited for each, kept among the notes for a day.

A shop that knows which product its tills stand in line for can give it a second location, or sell it otherwise. It is
for people who look, and may be lost with the notes; what a monitor sums up has no names (`ringup_lock_wait_seconds`).
Kept are the rows that were waited for longest in each ten minutes, so that it is bounded whatever is sold.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from prometheus_client import Counter

from base.causes import why
from base.notes.port import NotesFault
from base.notes.where import notes_at

BUCKET_S = 600
KEPT_S = 25 * 3_600
ROWS_MAX = 200
"""Of ten minutes."""
_SILENCE_S = 1.0

log = logging.getLogger(__name__)
waited_s = Counter("ringup_lock_wait_seconds", "How long transactions waited for rows that others had.", ["of"])
timed_out = Counter("ringup_lock_timeouts", "Transactions that waited too long for a row, and ended.", ["of"])


class Wait(NamedTuple):
    """`of`: what the row is one of; `id`: which."""

    of: str
    id: str
    seconds: float


class Kept:
    """After a failure the notes are left alone for a moment, so that nobody is slowed who waited already."""

    def __init__(self, url: str) -> None:
        self._notes = notes_at(url)
        self._silent_until = 0.0

    def add(self, waits: Iterable[Wait], *, now: float) -> None:
        """`now`: seconds since 1970."""
        if time.monotonic() < self._silent_until:
            return
        amounts = defaultdict[str, float](float)
        for one in waits:
            amounts[f"{one.of}:{one.id}"] += round(one.seconds, 3)
        try:
            self._notes.add(_page(int(now // BUCKET_S)), amounts, rows_max=ROWS_MAX, kept_s=KEPT_S)
        except NotesFault as error:
            self._silent_until = time.monotonic() + _SILENCE_S
            log.warning("who waited for which row is not kept: %s", why(error))

    def longest(self, *, since: float, now: float, rows_max: int) -> list[Wait] | None:
        """The rows that were waited for longest since then, from the ten minutes on that it lies in; None where those
        who keep them do not answer."""
        pages = [_page(number) for number in range(int(since // BUCKET_S), int(now // BUCKET_S) + 1)]
        try:
            found = self._notes.sums(pages)
        except NotesFault:
            return None
        waits = [Wait(of, id_, seconds) for name, seconds in found.items() for of, _, id_ in [name.partition(":")]]
        return sorted(waits, key=lambda one: one.seconds, reverse=True)[:rows_max]


def note(url: str, waits: Sequence[Wait]) -> None:
    """After the transaction that waited."""
    for one in waits:
        waited_s.labels(one.of).inc(one.seconds)
    kept(url).add(waits, now=time.time())


@cache
def kept(url: str) -> Kept:
    return Kept(url)


def _page(number: int) -> str:
    return f"waits:{number}"
