"""Counting what callers do, over all web processes. Where those who keep it do not answer, all may pass."""

import logging
import time
from collections.abc import Callable
from functools import cache

from limits import RateLimitItem

from base.causes import why
from base.notes.port import NotesFault
from base.notes.where import notes_at, url_of_notes

_SILENCE_S = 1.0

log = logging.getLogger(__name__)


class Counts:
    """After a failure the notes are left alone for a moment, so that callers are not slowed."""

    def __init__(self, url: str) -> None:
        self._notes = notes_at(url)
        self._silent_until = 0.0

    def take(self, limit: RateLimitItem, name: str, *, cost: int = 1) -> bool:
        """Whether there was room for it; then it is counted. Where a window begins, some more find room."""
        return self._ask(lambda: self._notes.take(limit, name, cost=cost))

    def take_exactly(self, limit: RateLimitItem, name: str) -> bool:
        """As `take`, and never more than the limit: it is kept when each came, so that this is for few."""
        return self._ask(lambda: self._notes.take_exactly(limit, name))

    def has_room(self, limit: RateLimitItem, name: str) -> bool:
        """Whether `take_exactly` would say so, without counting."""
        return self._ask(lambda: self._notes.has_room(limit, name))

    def _ask(self, question: Callable[[], bool]) -> bool:
        if time.monotonic() < self._silent_until:
            return True
        try:
            return question()
        except NotesFault as error:
            self._silent_until = time.monotonic() + _SILENCE_S
            log.warning("limits: nobody counts, all may pass: %s", why(error))
            return True


def counts() -> Counts:
    return _counts(url_of_notes())


@cache
def _counts(url: str) -> Counts:
    return Counts(url)
