"""What became of many commands, by the keys they were sent with."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import Body
from base.http.problems import Problem, at
from base.http.shown import SentKey
from orders.journal.api.bulk.bodies import Key
from orders.journal.api.bulk.full import how_many_fit
from orders.journal.api.bulk.items import ITEMS_MAX
from orders.journal.api.shapes import CommandOut
from orders.journal.db.reads.commands import bytes_by_key, commands_by_key
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["commands"])


class LookupIn(Body):
    keys: Annotated[list[Key], Field(min_length=1, max_length=ITEMS_MAX)]


class FoundOut(BaseModel):
    """`command` is null where this terminal has sent none with the key."""

    key: SentKey
    command: CommandOut | None


class LookupOut(BaseModel):
    items: list[FoundOut]


def _refuse_too_much(keys: Sequence[str], stored: Mapping[str, int]) -> None:
    """A single key is always answered."""
    first = how_many_fit(stored.get(key, 0) for key in keys)
    if first < len(keys):
        detail = "What is told of the keys before it fills an answer. Ask for it and those after it in another request."
        raise Problem(422, "validation_failed", detail, errors=[at(["keys", first], detail)])


@router.post("/lookup", response=LookupOut)
def look_up_commands(request: TerminalRequest, body: LookupIn) -> HttpResponse:
    """What became of the commands that this terminal sent with these keys, without sending them again.

    Where they have so much to tell that it is too much for one answer, 422 points at the first key to ask for apart.
    """
    _refuse_too_much(body.keys, bytes_by_key(request.auth.terminal_id, set(body.keys)))
    commands = commands_by_key(request.auth.terminal_id, set(body.keys))
    return answer({"items": [{"key": key, "command": commands.get(key)} for key in body.keys]})
