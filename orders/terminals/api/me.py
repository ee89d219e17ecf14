"""What a terminal is told about itself, and the back office about each."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.answers import answer
from base.http.fields import BIGINT_MAX
from base.http.paging import PageIn, PageOut, after, cursor_of, row_id
from base.http.problems import Problem, not_found
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action
from orders.terminals.api.auth import TerminalKey, TerminalRequest, key_invalid, key_of, require
from orders.terminals.api.shapes import TerminalOut
from orders.terminals.db.gaps import commands_numbered, gaps, last_sequence
from orders.terminals.db.keys import Superseded, rotate_key
from orders.terminals.db.reads import is_of_store, me

router = Router(tags=["terminals"])
TerminalId: TypeAlias = Annotated[int, Field(ge=1, le=BIGINT_MAX, examples=[3])]


class GapOut(BaseModel):
    """The numbers from `first` to `last` never arrived."""

    first: Annotated[int, Field(examples=[4])]
    last: Annotated[int, Field(examples=[6])]


class RepeatedOut(BaseModel):
    """Several commands bear the number, each with a key of its own: all of them were taken. The first 100 are named."""

    sequence: Annotated[int, Field(examples=[418])]
    command_ids: list[UUID]


class GapsOut(PageOut[GapOut]):
    """A page looks at 10,000 commands at most: it may list nothing, and yet another one follow."""

    repeated: list[RepeatedOut]
    last_sequence: Annotated[int | None, Field(description="The highest that arrived.")]


class GapsAskedIn(PageIn):
    since: Annotated[int, Field(ge=1, le=BIGINT_MAX, description="Where the count begins, or is looked at from.")] = 1


class KeyOut(BaseModel):
    """The key is shown this once."""

    key: Annotated[str, Field(examples=["rk_..."])]
    old_key_valid_until: datetime


@router.get("/me", response=TerminalOut)
def read_me(request: TerminalRequest) -> HttpResponse:
    """Name, role and store of the terminal whose key this is."""
    return answer(me(request.auth))


@router.get("/me/gaps", response=GapsOut)
def read_gaps(request: TerminalRequest, asked: Query[GapsAskedIn]) -> HttpResponse:
    """Which of the numbers that this terminal gives its commands (`sequence`) never arrived, the first ones first.

    Up to the highest that did arrive. What was refused has not arrived either. Numbers that came with more than one
    command are listed beside them.
    """
    return answer(_gaps(request.auth.terminal_id, asked))


@router.get("/{terminal_id}/gaps", response=GapsOut, auth=TerminalKey(Action.READ_TERMINALS))
def read_gaps_of_terminal(
    request: TerminalRequest, terminal_id: Path[TerminalId], asked: Query[GapsAskedIn]
) -> HttpResponse:
    """The same of any terminal of the store."""
    return answer(_gaps(terminal_of_store(request.auth, terminal_id), asked))


@router.post("/me/rotate-key", response=KeyOut)
def rotate_own_key(request: TerminalRequest) -> HttpResponse:
    """A new key for the terminal, which stays itself: its idempotency keys, holds and sequence go on.

    The key that asked works for ten more minutes, every other one ends now. Is the answer lost, ask again with the old
    key: it may, as long as the new one was never used.
    """
    try:
        rotated = rotate_key(request.auth.terminal_id, own_key=key_of(request))
    except Superseded:
        detail = "The terminal has used a newer key already: only that one may be changed for another."
        raise Problem(403, "key_superseded", detail) from None
    if rotated is None:
        raise key_invalid()
    return answer(rotated._asdict())


def terminal_of_store(caller: Caller, terminal_id: int) -> int:
    """The id, for who may look at other terminals, if the store has such a one."""
    require(caller.role, Action.READ_TERMINALS)
    if not is_of_store(terminal_id, caller.store_id):
        raise not_found("terminal_not_found", f"The store has no terminal {terminal_id}.")
    return terminal_id


def _gaps(terminal_id: int, asked: GapsAskedIn) -> dict[str, Any]:
    (past,) = after(asked.cursor, row_id)
    found = gaps(terminal_id, since=asked.since if past is None else past, limit=asked.limit)
    return {
        "items": [{"first": first, "last": last} for first, last in found.gaps],
        "repeated": [
            {"sequence": sequence, "command_ids": ids}
            for sequence, ids in commands_numbered(terminal_id, found.repeated)
        ],
        "next_cursor": None if found.then is None else cursor_of([found.then]),
        "last_sequence": last_sequence(terminal_id),
    }
