"""What of a terminal's commands never arrived, by the numbers that it gives them."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import Number
from base.http.paging import PageIn, PageOut, after, cursor_of, row_id
from orders.commands.core.roles import Action
from orders.journal.db.reads.gaps import commands_numbered, gaps, last_sequence
from orders.terminals.api.auth import TerminalKey, TerminalRequest
from orders.terminals.api.me import terminal_of_store
from orders.terminals.api.shapes import TerminalId

router = Router(tags=["terminals"])


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
    last_sequence: Annotated[int | None, Field(description="The highest that arrived.", examples=[418])]


class GapsAskedIn(PageIn):
    since: Annotated[Number, Field(description="Where the count begins, or is looked at from.")] = 1


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
