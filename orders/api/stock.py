"""Commands that move stock without an order, and the ledger that shows every movement."""

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from inventory.api.answers import answer
from inventory.api.fields import Instant, LocationCode, Sku
from inventory.api.paging import PageIn, PageOut, after, page, row_id
from inventory.core.movements import MovementKind
from orders.api.auth import TerminalRequest
from orders.api.order_commands import call
from orders.api.shapes import MovementOut
from orders.api.stock_bodies import AdjustIn, CountIn, ReceiveIn, TransferIn, WriteOffIn
from orders.api.submit import submit
from orders.api.unjudged import Sent
from orders.core.machine import Kind
from orders.db.reads_movements import movements_page

router = Router(tags=["stock commands"])


class MovementsIn(PageIn):
    sku: Sku | None = None
    order: UUID | None = None
    kind: MovementKind | None = None
    location: LocationCode | None = None
    since: Instant | None = None


@router.post("/receive", **call(Kind.RECEIVE))
def receive(request: TerminalRequest, body: Sent[ReceiveIn]) -> HttpResponse:
    """Goods arrive."""
    return submit(request, Kind.RECEIVE, None, body)


@router.post("/adjust", **call(Kind.ADJUST))
def adjust(request: TerminalRequest, body: Sent[AdjustIn]) -> HttpResponse:
    """Correct a figure up or down, with a reason; not below what is reserved, unless that gives way."""
    return submit(request, Kind.ADJUST, None, body)


@router.post("/count", **call(Kind.COUNT))
def count(request: TerminalRequest, body: Sent[CountIn]) -> HttpResponse:
    """Set what is on hand to what was counted; it cannot be less than what is reserved, unless that gives way. Each
    level comes once."""
    return submit(request, Kind.COUNT, None, body)


@router.post("/transfer", **call(Kind.TRANSFER))
def transfer(request: TerminalRequest, body: Sent[TransferIn]) -> HttpResponse:
    """Carry available goods from one location to another."""
    return submit(request, Kind.TRANSFER, None, body)


@router.post("/write-off", **call(Kind.WRITE_OFF))
def write_off(request: TerminalRequest, body: Sent[WriteOffIn]) -> HttpResponse:
    """Goods are damaged or lost; none that are reserved, unless those give way."""
    return submit(request, Kind.WRITE_OFF, None, body)


@router.get("/movements", response=PageOut[MovementOut], tags=["inventory"])
def movements(request: TerminalRequest, asked: Query[MovementsIn]) -> HttpResponse:
    """The stock ledger, newest first."""
    (before,) = after(asked.cursor, row_id)
    rows = movements_page(
        request.auth.store_id,
        limit=asked.limit + 1,
        before=before,
        **asked.model_dump(include={"sku", "order", "kind", "location", "since"}),
    )
    return answer(page(rows, limit=asked.limit, key=lambda row: [row["id"]]))
