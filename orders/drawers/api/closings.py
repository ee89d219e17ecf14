"""Closings: what a drawer came to, for ever."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from base.http.body import answer
from base.http.fields import DIGITS, Id, Instant
from base.http.paging import PageIn, PageOut, after, instant, page, uuid
from base.http.problems import not_found
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action, may
from orders.drawers.api.shapes import ClosingOut
from orders.drawers.db.reads import closing_by_id, closing_by_number, closings_page
from orders.terminals.api.auth import TerminalRequest
from orders.terminals.api.me import terminal_of_store
from orders.terminals.api.shapes import TerminalId

router = Router(tags=["drawers"])

ClosingNumber = Annotated[int, Field(ge=1, le=2**31 - 1), DIGITS]


class ClosingsAskedIn(PageIn):
    terminal: Annotated[TerminalId | None, Field(description="Of this one only.")] = None
    since: Annotated[Instant | None, Field(description="Closed then or later.")] = None


@router.get("", response=PageOut[ClosingOut])
def list_closings(request: TerminalRequest, asked: Query[ClosingsAskedIn]) -> HttpResponse:
    """Closings, newest first: a till's own; for supervisors, back office and auditors all of the store."""
    caller = request.auth
    before_at, before_id = after(asked.cursor, instant, uuid)
    rows = closings_page(
        caller.store_id,
        terminal_id=_whose(caller, asked.terminal),
        since=asked.since,
        before_at=before_at,
        before_id=before_id,
        limit=asked.limit + 1,
    )
    return answer(page(rows, limit=asked.limit, key=lambda closing: [instant(closing["closed_at"]), closing["id"]]))


@router.get("/{closing}", response=ClosingOut)
def read_closing(request: TerminalRequest, closing: Path[Id | ClosingNumber]) -> HttpResponse:
    """One closing by its id, or one of the caller's own by its number."""
    caller = request.auth
    if isinstance(closing, UUID):
        found = closing_by_id(caller.store_id, closing)
        is_shown = found and (found["terminal"] == caller.terminal_id or may(caller.role, Action.READ_DRAWERS))
    else:
        found = is_shown = closing_by_number(caller.terminal_id, closing)
    if not is_shown:
        raise not_found("closing_not_found", f"There is no closing {closing}.")
    return answer(found)


def _whose(caller: Caller, terminal_id: int | None) -> int | None:
    """None: all terminals of the store."""
    if terminal_id == caller.terminal_id or not (terminal_id or may(caller.role, Action.READ_DRAWERS)):
        return caller.terminal_id
    return terminal_id and terminal_of_store(caller, terminal_id, Action.READ_DRAWERS)
