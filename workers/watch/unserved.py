"""Queues that nobody takes commands from, where a shop has several: what is rung for on one of them waits, and its
operator has to know."""

import logging
import time

from django.conf import settings

from base.notes.where import url_of_notes
from base.outside.signs import WITHIN_S, unserved
from orders.journal.db.shares import all_queues

log = logging.getLogger(__name__)


def watched() -> tuple[str, ...]:
    """None where there is one for all: that its worker gives no signs is told of the worker."""
    return all_queues() if settings.COMMAND_QUEUES else ()


def unserved_queues() -> list[str] | None:
    """None where those who keep signs do not answer."""
    return unserved(url_of_notes(), watched(), silence_max_s=settings.SILENCE_MAX_S)


class Watch:
    """Says so in the log, once, and once more when somebody serves it again."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._again_at = time.monotonic() + WITHIN_S  # who begins together with this one has not given a sign yet

    def look(self) -> None:
        if not watched() or time.monotonic() < self._again_at:
            return
        self._again_at = time.monotonic() + WITHIN_S
        if (found := unserved_queues()) is not None:
            self.tell(set(found))

    def tell(self, found: set[str]) -> None:
        for queue in sorted(found - self._said):
            log.error("no worker takes from the queue %s: its commands wait", queue)
        for queue in sorted(self._said - found):
            log.warning("a worker takes from the queue %s", queue)
        self._said = found
