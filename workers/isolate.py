"""Isolation: after a batch failed, its commands are run one at a time, so that only the one at fault is parked."""

import logging
from collections.abc import Sequence

from base.causes import why
from base.lines import named
from base.sql.faults import DATABASE_ERRORS, passes
from base.sql.retry_transient import retry_transient
from orders.commands.core.outcomes import CommandState
from orders.journal.bell import announce, of_store
from orders.journal.core.batch import DrawerSubject, Subject
from orders.journal.db.attempts import Begun, begin, note_error, park, uncount
from workers.drawers import take_turn
from workers.execute import Executed, execute
from workers.told import settler

ATTEMPTS_MAX = 20


class Waits:
    """It has to wait for another command, which is no failure."""


log = logging.getLogger(__name__)


def isolate(subjects: Sequence[Subject], *, lock_timeout_ms: int | None = None) -> list[Exception]:
    """Run the subjects' pending commands, each in a transaction of its own; park what fails.

    Returns what it parked for. Raises a database fault that may pass: what is pending stays pending.
    """
    failures = []
    for subject in subjects:
        while begun := begin(subject):
            failure = _run_alone(subject, begun, lock_timeout_ms)
            if isinstance(failure, Exception):
                failures.append(failure)
            if failure:
                break
    return failures


def _run_alone(subject: Subject, begun: Begun, lock_timeout_ms: int | None) -> Exception | Waits | None:
    """What it was parked for, or that it waits for another command."""
    if begun.attempts > ATTEMPTS_MAX:
        last = begun.last_error or "its worker died each time"
        return _park(begun, RuntimeError(f"failed {ATTEMPTS_MAX} times, at last: {last}"))
    try:
        executed = retry_transient(lambda: _execute(subject, begun, lock_timeout_ms))
    except DATABASE_ERRORS as error:
        if passes(error):
            note_error(begun.command_id, str(error))
            raise
        return _park(begun, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this command's: it is parked with it, and reported
        return _park(begun, error)
    if executed.waits:
        uncount(begun.command_id)
        return Waits()
    announce([*executed.settled, *map(of_store, executed.stores)])
    return None


def _execute(subject: Subject, begun: Begun, lock_timeout_ms: int | None) -> Executed:
    if not isinstance(subject, DrawerSubject):
        return execute([subject], helps=False, alone=begun.command_id, lock_timeout_ms=lock_timeout_ms)
    turn = take_turn(subject.drawer_id, alone=begun.command_id, lock_timeout_ms=lock_timeout_ms)
    return Executed(settled=[turn.settled] if turn.settled else [], waits=turn.settled is None)


def _park(begun: Begun, error: Exception) -> Exception:
    told_why = why(error)
    park(begun.command_id, told_why)
    announce([begun.command_id])
    told = named(
        begun.command_id,
        kind=begun.kind,
        order_id=begun.order_id,
        store=begun.store_id,
        terminal=begun.terminal_id,
        outcome=CommandState.PARKED,
        worker=settler([]).worker,
    )
    log.error("parked command %s: %s", begun.command_id, told_why, extra=told)
    return error
