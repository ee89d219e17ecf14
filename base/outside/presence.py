"""Whether another system answers: a person is told when it stops, and when it is back, and not in between."""

import logging
import threading
from functools import cache

from base.causes import NO_ANSWER

AWAY_AFTER = 2
"""Calls on end without an answer. A single one may have been bad luck, or what that one asked for."""
TELL = {"tell": True}
"""Marks a record that is for a person at the terminal, whatever its level (project.stack.notices)."""

log = logging.getLogger(__name__)


class Presence:
    """Threads may share it."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._silent = 0
        self._lock = threading.Lock()

    def answered(self) -> None:
        with self._lock:
            silent, self._silent = self._silent, 0
        if silent >= AWAY_AFTER:
            log.warning("%s answers again", self._who, extra=TELL)

    def gave_no_answer(self, why: object) -> None:
        with self._lock:
            self._silent += 1
            has_gone = self._silent == AWAY_AFTER
        if has_gone:
            log.error("%s does not answer: %s", self._who, str(why).removeprefix(f"{NO_ANSWER}: "), extra=TELL)


@cache
def presence(who: str) -> Presence:
    """As this process has seen it."""
    return Presence(who)
