"""What a terminal is told about itself."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from inventory.api.answers import answer
from inventory.api.fields import BIGINT_MAX
from inventory.api.paging import PageIn, PageOut, after, page, row_id
from inventory.api.problems import Problem
from orders.api.auth import TerminalRequest, key_invalid, key_of
from orders.api.shapes import TerminalOut
from orders.db.reads_gaps import gaps, last_sequence
from orders.db.reads_terminals import me
from orders.db.terminals import Superseded, rotate_key

router = Router(tags=["terminals"])


class GapOut(BaseModel):
    """The numbers from `first` to `last` never arrived."""

    first: Annotated[int, Field(examples=[4])]
    last: Annotated[int, Field(examples=[6])]


class GapsOut(PageOut[GapOut]):
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

    Up to the highest that did arrive. What was refused has not arrived either.
    """
    terminal_id = request.auth.terminal_id
    (past,) = after(asked.cursor, row_id)
    rows = gaps(terminal_id, since=asked.since if past is None else past, limit=asked.limit + 1)
    listed = page(rows, limit=asked.limit, key=lambda gap: [gap["last"] + 1])
    return answer({**listed, "last_sequence": last_sequence(terminal_id)})


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
