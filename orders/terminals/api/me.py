"""What a terminal is told about itself, and the back office about each."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.problems import Problem, not_found
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action
from orders.terminals.api.auth import TerminalRequest, key_invalid, key_of, require
from orders.terminals.api.shapes import TerminalOut
from orders.terminals.db.keys import Superseded, rotate_key
from orders.terminals.db.reads import is_of_store, me

router = Router(tags=["terminals"])


class KeyOut(BaseModel):
    """The key is shown this once."""

    key: Annotated[str, Field(examples=["rk_..."])]
    old_key_valid_until: datetime


@router.get("/me", response=TerminalOut)
def read_me(request: TerminalRequest) -> HttpResponse:
    """Name, role and store of the terminal whose key this is."""
    return answer(me(request.auth))


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


def terminal_of_store(caller: Caller, terminal_id: int, action: Action = Action.READ_TERMINALS) -> int:
    """The id, for who may look at other terminals, if the store has such a one."""
    require(caller.role, action)
    if not is_of_store(terminal_id, caller.store_id):
        raise not_found("terminal_not_found", f"The store has no terminal {terminal_id}.")
    return terminal_id
