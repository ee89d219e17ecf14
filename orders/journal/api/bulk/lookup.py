"""What became of many commands, by the keys they were sent with."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from base.http.answers import answer
from base.http.fields import Body
from orders.journal.api.bulk.bodies import Key
from orders.journal.api.bulk.items import ITEMS_MAX
from orders.journal.api.shapes import CommandOut
from orders.journal.db.commands import commands_by_key
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["commands"])


class LookupIn(Body):
    keys: Annotated[list[Key], Field(min_length=1, max_length=ITEMS_MAX)]


class FoundOut(BaseModel):
    """`command` is null where this terminal has sent none with the key."""

    key: str
    command: CommandOut | None


class LookupOut(BaseModel):
    items: list[FoundOut]


@router.post("/lookup", response=LookupOut)
def look_up_commands(request: TerminalRequest, body: LookupIn) -> HttpResponse:
    """What became of the commands that this terminal sent with these keys, without sending them again."""
    commands = commands_by_key(request.auth.terminal_id, set(body.keys))
    return answer({"items": [{"key": key, "command": commands.get(key)} for key in body.keys]})
