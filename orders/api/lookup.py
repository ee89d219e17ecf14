"""What became of many commands, by the keys they were sent with."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from inventory.api.answers import answer
from inventory.api.fields import Body
from orders.api.auth import TerminalRequest
from orders.api.bulk_bodies import Key
from orders.api.bulk_items import ITEMS_MAX
from orders.api.shapes import CommandOut
from orders.db.reads_commands import commands_by_key

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
