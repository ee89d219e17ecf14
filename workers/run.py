"""What a ring does: settle what it names, and help.

What was rung for is settled in batches, each one transaction (workers.execute). After its commit the settled commands
are announced, and what follows from them is rung for. While several come at once, the worker stays for the next.

When a batch fails, nothing of it has happened:

- A fault that may pass, as a lock that was not had in time or a connection that was lost, is tried again soon, in four
  attempts. If it is about rows that somebody else has, each of the rung is tried without the others, so that only those
  wait that have to. What is left of the fault is raised, and the task tries again later.
- Any other fault is a command's own. The rung are run one by one (workers.isolate); the one at fault is parked, waits
  for an operator, and holds up what comes after it in its order. All others are settled.
"""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from django.db import connection

from base.causes import why
from base.sql.faults import is_of_rows, passes
from base.sql.quoted import quote_nothing
from base.sql.retry_transient import retry_transient
from orders.journal.bell import announce, of_store
from orders.journal.core.batch import DrawerSubject, OrderSubject, Subject
from orders.journal.core.shares import COMMANDS
from orders.journal.db.claim import still_pending
from workers.drawers import Turn, take_turn
from workers.execute import Executed, execute
from workers.follow_up import follow_up, follow_up_turn, ring_on
from workers.isolate import isolate
from workers.sizes import sizes

LOCK_TIMEOUT_SINGLY_MS = 50
"""A hundred locked rows must not take as long as a task may. Each transaction is told: none goes without."""

ROUNDS_MAX = 5
"""Of looking what a drawer's command waits for, and settling that."""

STAY_S_MAX = 0.2
"""Whoever is rung for by name, as a drawer, waits for the end of it."""

LINGER_S = 0.004
"""A batch of several costs little more than a batch of one, and who comes too late for it waits for all of it."""

log = logging.getLogger(__name__)


class Rush:
    """Tills that were answered together send their next commands together, some milliseconds apart. So after batches
    that were for several, this process lingers before it claims, and takes along who comes in; who is alone is settled
    at once."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause
        self._settled = 0

    @property
    def lasts(self) -> bool:
        return self._settled > 1

    def linger(self) -> None:
        """Before batches, while nothing is locked."""
        if self.lasts:
            self._pause(LINGER_S)
        self._settled = 0

    def note(self, settled: int) -> None:
        """So many commands were settled by a batch."""
        self._settled += settled


rush = Rush()


def run(subjects: Sequence[Subject], *, queue: str = COMMANDS) -> list[Exception]:
    """Settle the pending commands of the orders and stores, in batches, and help further ones of its queue along:
    whoever came while this ring waited has not rung.

    A batch that fails for a reason of its own is run again one command at a time, without the helped ones: they wait
    for the next ring, or for the sweeper. Returns what commands were parked for; raises a database fault that may pass.
    """
    rush.linger()
    failures: list[Exception] = []
    drawers = [one for one in subjects if isinstance(one, DrawerSubject)]
    others = [one for one in subjects if not isinstance(one, DrawerSubject)] if drawers else subjects
    left = len(others)
    while (left := left - sizes.next()) > 0:
        # Terminals have their turns: a till's sale does not wait for all of another's.
        failures += _run_batch([], queue)
    if len(others) > sizes.next():
        others = retry_transient(partial(still_pending, others))
    while True:
        size = sizes.next()
        named, others = others[:size], others[size:]
        failures += _run_batch(named, queue)
        if len(named) < size:  # it had room to help, if for nobody that was named
            break
    for drawer in drawers:
        failures += _run_drawer(drawer, queue)
    return failures


def stay_on(*, queue: str = COMMANDS) -> list[Exception]:
    """After a ring that was for several, settle who comes in next, for as long as several do and STAY_S_MAX at most: a
    ring's way through Celery takes more than a batch does. The ring that waits meanwhile finds who is left.

    Returns and raises what `run` does.
    """
    failures: list[Exception] = []
    until = time.monotonic() + STAY_S_MAX
    while rush.lasts and time.monotonic() < until:
        rush.linger()
        failures += _run_batch([], queue)
    return failures


def _run_drawer(drawer: DrawerSubject, queue: str) -> list[Exception]:
    """Settle a drawer's commands, one after the other. What one waits for is settled here and now."""
    failures: list[Exception] = []
    for _ in range(ROUNDS_MAX):
        try:
            turn = _take_turns(drawer, queue)
        except Exception as error:
            if passes(error):
                raise
            return failures + _isolate([drawer], error)
        if turn.is_suspect:
            return failures + isolate([drawer])
        if not turn.waits_for:
            return failures
        failures += run([OrderSubject(order_id) for order_id in turn.waits_for], queue=queue)
    # It waits for one that waits itself: whoever settles that rings, or the sweeper does.
    return failures


def _take_turns(drawer: DrawerSubject, queue: str) -> Turn:
    """All that have nothing to wait for; the turn of the first that has."""
    while True:
        turn = retry_transient(lambda: take_turn(drawer.drawer_id))
        if not turn.settled:
            return turn
        announce([turn.settled])
        follow_up_turn(drawer.drawer_id, turn, queue=queue)


def _run_batch(rung: Sequence[Subject], queue: str) -> list[Exception]:
    attempts = count()
    try:
        # Only the first attempt helps: one that it helped may be what it failed for. Where nobody is named, all do.
        executed = retry_transient(lambda: execute(rung, helps=not rung or next(attempts) == 0, queue=queue))
    except Exception as error:
        if not passes(error):
            return _isolate(rung, error)
        if len(rung) > 1 and is_of_rows(error):
            return _run_singly(rung, queue)
        raise
    return _finish(rung, executed, queue)


def _run_singly(rung: Sequence[Subject], queue: str) -> list[Exception]:
    """Somebody has rows that some of the rung need: settle the others without them, then raise the fault for those."""
    failures: list[Exception] = []
    fault: Exception | None = None
    for subject in rung:
        try:
            failures += _run_single(subject, queue)
        except Exception as error:
            if not is_of_rows(error):
                raise
            fault = error
    if fault:
        raise fault
    return failures


def _run_single(subject: Subject, queue: str) -> list[Exception]:
    try:
        executed = execute([subject], helps=False, lock_timeout_ms=LOCK_TIMEOUT_SINGLY_MS)
    except Exception as error:
        quote_nothing(error)
        if not passes(error):
            return _isolate([subject], error, lock_timeout_ms=LOCK_TIMEOUT_SINGLY_MS)
        if not is_of_rows(error):
            connection.close()  # it may be broken without telling
        raise
    return _finish([subject], executed, queue, lock_timeout_ms=LOCK_TIMEOUT_SINGLY_MS)


def _finish(
    rung: Sequence[Subject], executed: Executed, queue: str, *, lock_timeout_ms: int | None = None
) -> list[Exception]:
    rush.note(len(executed.settled))
    sizes.note(one.command.terminal_id for one in executed.decided)
    announce([*executed.settled, *map(of_store, executed.stores)], executed.said)
    follow_up(executed)
    ring_on(rung, executed, queue=queue)
    suspects = [subject for subject in rung if subject in executed.suspects]
    return isolate(suspects, lock_timeout_ms=lock_timeout_ms) if suspects else []


def _isolate(rung: Sequence[Subject], error: Exception, *, lock_timeout_ms: int | None = None) -> list[Exception]:
    log.warning("a batch failed, its rung commands are run one by one: %s", why(error))
    return isolate(rung, lock_timeout_ms=lock_timeout_ms)
