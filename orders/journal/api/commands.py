"""Commands after they were submitted: what became of them, and an operator's word on parked ones."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, WithJsonSchema

from base.http.body import answer
from base.http.fields import Body, Id, Why
from base.http.problems import Problem, not_found
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action, may
from orders.journal.api.document import KEY_SCHEMA, WAITS
from orders.journal.api.shapes import CommandOut
from orders.journal.api.submit import COMMANDS_PATH, preferred_wait_s, valid_key
from orders.journal.bell import waiting
from orders.journal.db.reads.commands import command_by_id, command_by_key
from orders.journal.db.repair import Repaired, dismiss, repairs, retry
from orders.journal.repair import repair
from orders.journal.wait import wait_for
from orders.terminals.api.auth import TerminalKey, TerminalRequest
from orders.terminals.api.me import terminal_of_store
from orders.terminals.api.shapes import TerminalId

router = Router(tags=["commands"])


class RepairIn(Body):
    reason: Annotated[
        Annotated[Why, Field(examples=["the till was replaced"])] | None,
        Field(description="May be left out, and so may the whole body. Where one is given, blanks are none."),
    ] = None


_NO_REASON = RepairIn()
"""What a call without a body means."""


@router.get("", response=CommandOut)
def find_command(
    request: TerminalRequest,
    key: Annotated[str, WithJsonSchema(KEY_SCHEMA), Query(min_length=1, max_length=257, description="As it was sent.")],
    terminal: Annotated[
        TerminalId | None,
        Query(description="The id of whose key it is, for the back office. Default: whoever asks."),
    ] = None,
) -> HttpResponse:
    """What became of the command that a terminal sent with this key, without sending it again."""
    caller = request.auth
    sender = caller.terminal_id if terminal is None else terminal_of_store(caller, terminal)
    command = command_by_key(sender, valid_key(key))
    if command is None:
        raise not_found("command_not_found", "The terminal has sent no command with this key.")
    return answer(_told(caller, command))


@router.get("/{command_id}", response=CommandOut, openapi_extra=WAITS)
def read_command(request: TerminalRequest, command_id: Id) -> HttpResponse:
    """One command; with `Prefer: wait=N`, once it is settled."""
    caller, wait_s = request.auth, preferred_wait_s(request)
    with waiting([command_id], owner=caller.terminal_id, wait_s=wait_s) as waiter:
        if waiter:
            command = wait_for(caller.store_id, [command_id], waiter, wait_s=wait_s, past_parked=True).get(command_id)
        else:
            command = command_by_id(caller.store_id, command_id)
    if command is None:
        raise no_command(command_id)
    headers = {"Preference-Applied": f"wait={wait_s}"} if waiter else None
    return answer(_told(caller, command), headers=headers)


@router.post("/{command_id}/retry", response={202: CommandOut}, auth=TerminalKey(Action.REPAIR))
def retry_command(request: TerminalRequest, command_id: Id, body: RepairIn = _NO_REASON) -> HttpResponse:
    """Let a parked command run again, and then those that wait for it."""
    return _repair(request, command_id, retry, body)


@router.post("/{command_id}/dismiss", response={202: CommandOut}, auth=TerminalKey(Action.REPAIR))
def dismiss_command(request: TerminalRequest, command_id: Id, body: RepairIn = _NO_REASON) -> HttpResponse:
    """Give a parked command up for good, and let those that wait for it run. The reason is told to its terminal."""
    return _repair(request, command_id, dismiss, body)


def no_command(command_id: UUID) -> Problem:
    return not_found("command_not_found", f"The store has no command {command_id}.")


def _told(caller: Caller, command: dict[str, Any]) -> dict[str, Any]:
    """The command with what operators did about it, for those who may know."""
    if may(caller.role, Action.READ_REPAIRS):
        return {**command, "repairs": repairs(command["id"]) or None}
    return command


def _repair(
    request: TerminalRequest, command_id: UUID, act: Callable[..., Repaired | None], body: RepairIn
) -> HttpResponse:
    caller = request.auth
    repaired = repair(partial(act, by=caller.name, reason=body.reason or ""), [(caller.store_id, command_id)])
    command = command_by_id(caller.store_id, command_id)
    if command is None:
        raise no_command(command_id)
    if not repaired:
        raise Problem(409, "command_not_parked", f"The command is {command['state']}; only a parked one is repaired.")
    return answer(_told(caller, command), status=202, headers={"Location": f"{COMMANDS_PATH}/{command_id}"})
