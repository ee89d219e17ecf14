"""How many commands wait to be carried out: while they are too many, no more are stored.

Accepting costs less than carrying out, so that a journal that takes whatever comes would grow for as long as more
comes than is done, and each sale would be settled later than the one before it. It is also what bounds the journal
while no worker is there.
"""

import threading
from collections.abc import Callable
from time import monotonic

from django.conf import settings

from base.sql.sets import first_row

LOOKS = 8
"""As often is looked while as many come as may wait: other web processes let some in, too."""
LOOKS_AGAIN_S = 0.05
"""Once there was no room."""
MANY = 10
"""A request with more of them finds room in half of it only: shops sell while tills send what they did cut off."""

# Those behind a parked command, or a provider's answer, wait for somebody else.
_WAITING = """
    SELECT count(*) FROM (
        SELECT FROM orders_command WHERE state = 'pending' AND blocked_by_id IS NULL LIMIT %s
    ) AS waiting
"""


def waiting(limit: int) -> int:
    """Up to this many are counted."""
    (count,) = first_row(_WAITING, (limit,)) or (0,)
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


_backlog = Backlog()


def has_room(commands: int) -> bool:
    """For as many new ones."""
    most = settings.COMMANDS_PENDING_MAX
    return not most or not commands or _backlog.let_in(commands, most=most)
