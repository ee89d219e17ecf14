"""What a terminal is told about itself."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from inventory.api.answers import answer
from inventory.api.fields import BIGINT_MAX
from inventory.api.paging import PageIn, PageOut, after, page, row_id
from orders.api.auth import TerminalRequest
from orders.api.shapes import TerminalOut
from orders.db.reads_gaps import gaps, last_sequence
from orders.db.reads_terminals import me

router = Router(tags=["terminals"])


class GapOut(BaseModel):
    """The numbers from `first` to `last` never arrived."""

    first: Annotated[int, Field(examples=[4])]
    last: Annotated[int, Field(examples=[6])]


class GapsOut(PageOut[GapOut]):
    last_sequence: Annotated[int | None, Field(description="The highest that arrived.")]


class GapsAskedIn(PageIn):
    since: Annotated[int, Field(ge=1, le=BIGINT_MAX, description="Where the count begins, or is looked at from.")] = 1


@router.get("/me", response=TerminalOut)
def read_me(request: TerminalRequest) -> HttpResponse:
    """Name, role and store of the terminal whose key this is."""
    return answer(me(request.auth))


@router.get("/me/gaps", response=GapsOut)
def read_gaps(request: TerminalRequest, asked: Query[GapsAskedIn]) -> HttpResponse:
    """Which of the numbers that this terminal gives its commands (`sequence`) never arrived, the first ones first.

    Up to the highest that did arrive. What was refused has not arrived either.
    """
    terminal_id = request.auth.terminal_id
    (past,) = after(asked.cursor, row_id)
    rows = gaps(terminal_id, since=asked.since if past is None else past, limit=asked.limit + 1)
    listed = page(rows, limit=asked.limit, key=lambda gap: [gap["last"] + 1])
    return answer({**listed, "last_sequence": last_sequence(terminal_id)})
