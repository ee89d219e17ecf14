"""What a terminal is told about itself."""

from django.http import HttpResponse
from ninja import Router

from inventory.api.answers import answer
from orders.api.auth import TerminalRequest
from orders.api.shapes import TerminalOut
from orders.db.reads_terminals import me

router = Router(tags=["terminals"])


@router.get("/me", response=TerminalOut)
def read_me(request: TerminalRequest) -> HttpResponse:
    """Name, role and store of the terminal whose key this is."""
    return answer(me(request.auth))
