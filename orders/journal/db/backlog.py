"""How many commands wait to be carried out: while they are too many, no more are stored.

Accepting costs less than carrying out, so that a journal that takes whatever comes would grow for as long as more
comes than is done, and each sale would be settled later than the one before it. It is also what bounds the journal
while no worker is there.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

from django.conf import settings

from base.sql.sets import first_row
from orders.journal.core.shares import COMMANDS, Lane
from orders.journal.db.shares import named, of, queue_for, share

LOOKS = 8
"""As often is looked while as many come as may wait: other web processes let some in, too."""
LOOKS_AGAIN_S = 0.05
"""Once there was no room."""
MANY = 10
"""A request with more of them finds room in half of it only: shops sell while tills send what they did cut off."""

# Those behind a parked command, or a provider's answer, wait for somebody else.
_WAITING = """
    SELECT count(*) FROM (
        SELECT FROM orders_command WHERE state = 'pending' AND blocked_by_id IS NULL{of} LIMIT %(limit)s
    ) AS waiting
"""


def waiting(limit: int, *, queue: str = COMMANDS) -> int:
    """Up to this many of the queue's share are counted."""
    its = share(queue)
    (count,) = first_row(_WAITING.format(of=of(its)), {"limit": limit, **named(its)}) or (0,)
    return int(count)


class Backlog:
    """As one process knows it: what was found at the last look, and what it has let in since."""

    def __init__(self, *, look: Callable[[int], int] = waiting, now: Callable[[], float] = monotonic) -> None:
        self._look = look
        self._now = now
        self._lock = threading.Lock()
        self._found = 0
        self._let_in = 0
        self._looks_again_at = 0.0

    def let_in(self, commands: int, *, most: int) -> bool:
        """Whether there is room; a request that is larger than all of it finds room where nothing waits."""
        if self._must_look(commands, most):
            found = self._look(most)
            with self._lock:
                self._found, self._let_in = found, 0
        with self._lock:
            if self._is_full(commands, most):
                return False
            self._let_in += commands
            return True

    def _must_look(self, commands: int, most: int) -> bool:
        """Of many who find it full, one looks for all."""
        with self._lock:
            now = self._now()
            if self._is_full(commands, most):
                if now < self._looks_again_at:
                    return False
                self._looks_again_at = now + LOOKS_AGAIN_S
                return True
            return self._let_in + commands > most // LOOKS

    def _is_full(self, commands: int, most: int) -> bool:
        before = self._found + self._let_in
        return before > 0 and before + commands > (most // 2 if commands > MANY else most)


backlogs: dict[str, Backlog] = {}
"""By queue."""


def has_room(store_id: int, new: Sequence[Lane]) -> bool:
    """For new ones of a store, each named by its lane. What waits on one queue takes no room on another one."""
    most = settings.COMMANDS_PENDING_MAX
    if not most:
        return True
    on_queues = Counter[str]()
    for lane, commands in Counter(new).items():
        on_queues[queue_for(store_id, lane)] += commands
    return all(_backlog(queue).let_in(commands, most=most) for queue, commands in on_queues.items())


def _backlog(queue: str) -> Backlog:
    return backlogs.setdefault(queue, Backlog(look=partial(waiting, queue=queue)))
