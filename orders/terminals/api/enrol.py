"""The store's terminals: how they come, get a key, and go."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.address import address_of
from base.http.body import answer
from base.http.fields import NO_NUL, PLAIN, Body
from base.http.paging import PageIn, PageOut, after, page, row_id
from base.http.problems import Problem, at, not_found
from base.http.shown import MomentOut, StoreOut, TillOut
from orders.commands.core.roles import Action, Role
from orders.terminals.api.auth import TerminalKey, TerminalRequest
from orders.terminals.api.shapes import TerminalId
from orders.terminals.api.wrong_codes import check_codes, wrong_code
from orders.terminals.db.enrol import Coded, add_terminal, enrol, give_code
from orders.terminals.db.keys import revoke
from orders.terminals.db.reads import is_of_store, terminals_page
from orders.terminals.models import NAME_LENGTH_MAX

router = Router(tags=["terminals"])
_MAY_EDIT = TerminalKey(Action.EDIT_TERMINALS)

TerminalName = Annotated[
    str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=NO_NUL, examples=["till-3"]), PLAIN
]


class TerminalIn(Body):
    name: Annotated[TerminalName, Field(description="No other terminal of the store has it, or had it.")]
    role: Role


class ListedOut(BaseModel):
    id: TerminalId
    name: TillOut
    role: Role
    last_used_at: Annotated[MomentOut | None, Field(description="To the minute.")]
    revoked_at: Annotated[MomentOut | None, Field(examples=[None])]
    drawer_open: bool


class CodeOut(BaseModel):
    """The code is shown this once."""

    terminal: ListedOut
    code: Annotated[str, Field(examples=["7KQX3MWP"])]
    expires_at: MomentOut


class CodeIn(Body):
    code: Annotated[str, Field(max_length=64, pattern=NO_NUL, description="In any case.", examples=["7KQX3MWP"])]


class EnrolledOut(BaseModel):
    """The key is shown this once."""

    key: Annotated[str, Field(examples=["rk_..."])]
    name: TillOut
    role: Role
    store: StoreOut


@router.get("", response=PageOut[ListedOut], auth=TerminalKey(Action.READ_TERMINALS))
def list_terminals(request: TerminalRequest, paging: Query[PageIn]) -> HttpResponse:
    """The store's terminals, newest first, revoked ones too."""
    (before,) = after(paging.cursor, row_id)
    rows = terminals_page(request.auth.store_id, limit=paging.limit + 1, before=before)
    return answer(page(rows, limit=paging.limit, key=lambda row: [row["id"]]))


@router.post("/enrol", response={201: EnrolledOut}, auth=None)
def enrol_terminal(request: HttpRequest, body: CodeIn) -> HttpResponse:
    """Get the terminal's key for its code, without any key. A code is good once, for 15 minutes.

    The terminal's keys before it end. Unknown, used and lapsed codes are not told apart; whoever sends too many of them
    gets 429.
    """
    address = address_of(request)
    check_codes(address)
    enrolled = enrol(body.code)
    if enrolled is None:
        raise wrong_code(address)
    return answer(enrolled._asdict(), status=201)


@router.post("", response={201: CodeOut}, auth=_MAY_EDIT)
def create_store_terminal(request: TerminalRequest, body: TerminalIn) -> HttpResponse:
    """Make a terminal of the store. It gets its key by the code."""
    coded = add_terminal(store_id=request.auth.store_id, name=body.name, role=body.role)
    if coded is None:
        detail = f"The store has a terminal {body.name}, or had it."
        raise Problem(409, "terminal_name_taken", detail, errors=[at(["name"], detail, "terminal_name_taken")])
    return _told(coded)


@router.post("/{terminal_id}/enrol-code", response={201: CodeOut}, auth=_MAY_EDIT)
def make_enrol_code(request: TerminalRequest, terminal_id: Path[TerminalId]) -> HttpResponse:
    """A code by which the terminal gets a new key. The code before it ends now, its key when this code is used."""
    coded = give_code(terminal_id, store_id=request.auth.store_id)
    if coded is None:
        if not is_of_store(terminal_id, request.auth.store_id):
            raise _unknown(terminal_id)
        raise Problem(409, "terminal_revoked", "The terminal was revoked, for good: make another one.")
    return _told(coded)


@router.post("/{terminal_id}/revoke", response=ListedOut, auth=_MAY_EDIT)
def revoke_store_terminal(request: TerminalRequest, terminal_id: Path[TerminalId]) -> HttpResponse:
    """End all keys of the terminal, and its code, for good. What it sold and holds stays."""
    revoked = revoke(terminal_id, store_id=request.auth.store_id)
    if revoked is None:
        raise _unknown(terminal_id)
    return answer(revoked)


def _told(coded: Coded) -> HttpResponse:
    return answer(coded._asdict(), status=201)


def _unknown(terminal_id: int) -> Problem:
    return not_found("terminal_not_found", f"The store has no terminal {terminal_id}.")
