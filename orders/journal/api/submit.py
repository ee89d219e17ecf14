"""Submitting one command: accepted, rung for, and waited for if the caller prefers.

What is refused here is not stored, and its key is free: a body without the shape, a role that does not suffice, a SKU
that the store does not have. What is stored is carried out, whatever the caller does then. So a till that hears nothing
sends the same key again, and is told of the same command, though today's rules would refuse it.

Nothing is locked, and no transaction is open while somebody waits: the wait ends when the bell says that the command is
settled, or with its time, and the answer is then the row as it is. Without a broker there is no bell and no ring; the
sweeper rings later, and the till asks again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from base.http.answers import answer
from base.http.fields import Body
from base.http.problems import Problem, not_found
from base.http.validation import Unjudged
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.commands.core.roles import action_of
from orders.journal.api.checks import check_cancel, check_recordable, check_references
from orders.journal.api.submission import (
    as_pending,
    command_sequence,
    idempotency_key,
    key_reused,
    preferred_wait_s,
    submission_of,
)
from orders.journal.api.waiting import wait_for
from orders.journal.bell import Waiter, waiters
from orders.journal.db.accept import Submission, accept
from orders.journal.db.commands import Known, command_by_id, known_by_key, payloads
from orders.journal.ring import ring, ring_stock
from orders.terminals.api.auth import TerminalRequest, require

COMMANDS_PATH = "/api/v1/commands"


def submit(request: TerminalRequest, kind: Kind, order_id: UUID | None, body: Body | Unjudged) -> HttpResponse:
    """202 with the command, or 200 if the caller waits and it settles; the same key again gives the same command."""
    caller, wait_s = request.auth, preferred_wait_s(request)
    key, sequence = idempotency_key(request), command_sequence(request)
    if isinstance(body, Unjudged) and not known_by_key(caller, [key]):
        raise body.problem
    submission = submission_of(kind, order_id, body, key=key, sequence=sequence)
    try:
        _check(caller, submission, body)
    except Problem:
        # What was answered once is answered again, whatever the rules are today.
        if known := _known(caller, submission):
            return _answer_again(caller, submission, known, wait_s)
        raise
    # Registered before the command can settle, so that no announcement is missed.
    with _waiter(caller, submission.id, wait_s) as waiter:
        if accepted := accept(caller, submission):
            _ring(caller, submission)
            return answer_command(caller, as_pending(submission, accepted), waiter, wait_s)
    # Nothing was stored: the key was used before, or the store has no such order.
    known = _known(caller, submission)
    if known is None:
        raise not_found("order_not_found", f"The store has no order {submission.order_id}.")
    return _answer_again(caller, submission, known, wait_s)


def answer_command(
    caller: Caller, command: dict[str, Any], waiter: Waiter | None, wait_s: int, *, replayed: bool = False
) -> HttpResponse:
    """The command as it is, or once it is settled where somebody waits."""
    headers = {"Location": f"{COMMANDS_PATH}/{command['id']}"}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    if waiter:
        headers["Preference-Applied"] = f"wait={wait_s}"
        if not command["settled_at"]:
            command = wait_until_settled(caller, command, waiter, wait_s)
        if command["settled_at"]:
            return answer(command, headers=headers)
    return answer(command, status=202, headers={**headers, "Retry-After": "1"})


def wait_until_settled(caller: Caller, command: dict[str, Any], waiter: Waiter, wait_s: int) -> dict[str, Any]:
    """The command once it is settled, or parked meanwhile, or the time is over."""
    parked = [command["id"]] if command["state"] == CommandState.PARKED else []
    return wait_for(caller.store_id, [command["id"]], waiter, wait_s=wait_s, parked=parked)[command["id"]]


def _check(caller: Caller, submission: Submission, body: Body | Unjudged) -> None:
    """Refuse what today's rules refuse."""
    if isinstance(body, Unjudged):
        raise body.problem
    require(caller.role, action_of(submission.kind))
    check_references(caller.store_id, body)
    check_cancel(caller, submission)
    check_recordable(caller, submission, body)


def _known(caller: Caller, submission: Submission) -> Known | None:
    return known_by_key(caller, [submission.key]).get(submission.key)


def _answer_again(caller: Caller, submission: Submission, known: Known, wait_s: int) -> HttpResponse:
    """With the command that the key was used for."""
    if known.fingerprint != submission.fingerprint:
        raise key_reused(submission, known, payloads([known.id], bytes_max=0)[known.id])
    with _waiter(caller, known.id, wait_s) as waiter:
        command = command_by_id(caller.store_id, known.id)
        assert command is not None, "the journal forgets nothing while a request lasts"
        return answer_command(caller, command, waiter, wait_s, replayed=True)


@contextmanager
def _waiter(caller: Caller, command_id: UUID, wait_s: int) -> Iterator[Waiter | None]:
    if not wait_s:
        yield None
        return
    with waiters().registered([command_id], owner=caller.terminal_id) as waiter:
        yield waiter


def _ring(caller: Caller, submission: Submission) -> None:
    if submission.order_id is None:
        ring_stock(submission.kind, caller.store_id, submission.id)
    else:
        ring(submission.kind, submission.order_id, submission.id)
