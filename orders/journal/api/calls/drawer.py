"""A terminal's drawer: its commands, and what it would come to."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router

from base.http.body import answer
from base.http.fields import BIGINT_MAX
from base.http.problems import not_found
from base.http.validation import Sent
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Action
from orders.drawers.api.bodies import DrawerCloseIn, DrawerMovementIn, DrawerOpenIn
from orders.drawers.api.shapes import DrawerOut
from orders.drawers.db.reads import open_drawer, report
from orders.journal.api.calls.orders import submits
from orders.journal.api.submit import submit
from orders.journal.db.reads.gaps import commands_numbered, counted_until
from orders.terminals.api.auth import TerminalRequest
from orders.terminals.api.me import terminal_of_store
from orders.terminals.api.shapes import TerminalId

router = Router(tags=["drawers"])

Whose = Annotated[
    TerminalId | None,
    Query(
        description="The id of whose drawer it is, for supervisors, back office and auditors. Default: whoever asks."
    ),
]


@router.post("/open", **submits(Kind.DRAWER_OPEN))
def open_own_drawer(request: TerminalRequest, body: Sent[DrawerOpenIn]) -> HttpResponse:
    """Begin a drawer, with what lies in it. What was taken while none was open belongs to it."""
    return submit(request, Kind.DRAWER_OPEN, None, body)


@router.post("/movement", **submits(Kind.DRAWER_MOVEMENT))
def move_cash(request: TerminalRequest, body: Sent[DrawerMovementIn]) -> HttpResponse:
    """Put cash in, or take it out, without a sale."""
    return submit(request, Kind.DRAWER_MOVEMENT, None, body)


@router.post("/close", **submits(Kind.DRAWER_CLOSE))
def close_drawer(request: TerminalRequest, body: Sent[DrawerCloseIn]) -> HttpResponse:
    """End the drawer with what was counted; the result is its `closing`.

    It waits for what the terminal sent before it, but for what waits for an operator or a payment provider: that is
    listed as `unsettled`, and belongs to the next drawer.
    """
    return submit(request, Kind.DRAWER_CLOSE, None, body)


@router.get("", response=DrawerOut)
def read_drawer(request: TerminalRequest, terminal: Whose = None) -> HttpResponse:
    """What the open drawer would come to, were it closed now. 404 where none is open."""
    caller = request.auth
    if terminal is None or terminal == caller.terminal_id:
        whose = caller.terminal_id
    else:
        whose = terminal_of_store(caller, terminal, Action.READ_DRAWERS)
    drawer = open_drawer(whose)
    if drawer is None:
        raise not_found("drawer_not_open", "The drawer of this terminal is not open.")
    counted, _ = counted_until(whose, since=drawer.last_sequence + 1, seq=BIGINT_MAX)
    repeated = commands_numbered(whose, counted.repeated)
    return answer(report(drawer, gaps=counted.gaps, repeated=repeated))
