"""Commands that move stock without an order, and the ledger that shows every movement."""

from django.http import HttpResponse
from ninja import Router

from base.http.validation import Sent
from orders.commands.core.machine import Kind
from orders.journal.api.calls.orders import submits
from orders.journal.api.submit import submit
from orders.stock.api.bodies import AdjustIn, CountIn, ReceiveIn, TransferIn, WriteOffIn
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["stock commands"])


@router.post("/receive", **submits(Kind.RECEIVE))
def receive(request: TerminalRequest, body: Sent[ReceiveIn]) -> HttpResponse:
    """Goods arrive."""
    return submit(request, Kind.RECEIVE, None, body)


@router.post("/adjust", **submits(Kind.ADJUST))
def adjust(request: TerminalRequest, body: Sent[AdjustIn]) -> HttpResponse:
    """Correct a figure up or down, with a reason; not below what is reserved, unless that gives way."""
    return submit(request, Kind.ADJUST, None, body)


@router.post("/count", **submits(Kind.COUNT))
def count(request: TerminalRequest, body: Sent[CountIn]) -> HttpResponse:
    """Set what is on hand to what was counted; it cannot be less than what is reserved, unless that gives way. Each
    level comes once."""
    return submit(request, Kind.COUNT, None, body)


@router.post("/transfer", **submits(Kind.TRANSFER))
def transfer(request: TerminalRequest, body: Sent[TransferIn]) -> HttpResponse:
    """Carry available goods from one location to another."""
    return submit(request, Kind.TRANSFER, None, body)


@router.post("/write-off", **submits(Kind.WRITE_OFF))
def write_off(request: TerminalRequest, body: Sent[WriteOffIn]) -> HttpResponse:
    """Goods are damaged or lost; none that are reserved, unless those give way."""
    return submit(request, Kind.WRITE_OFF, None, body)
