"""The stock ledger, which shows every movement."""

from django.http import HttpResponse
from ninja import Query, Router

from base.http.body import answer
from base.http.fields import Id, Instant, LocationCode, Sku
from base.http.paging import PageIn, PageOut, after, page, row_id
from inventory.core.movements import MovementKind
from orders.stock.api.shapes import MovementOut
from orders.stock.db.movements import movements_page
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["inventory"])


class MovementsIn(PageIn):
    sku: Sku | None = None
    order: Id | None = None
    kind: MovementKind | None = None
    location: LocationCode | None = None
    since: Instant | None = None


@router.get("/movements", response=PageOut[MovementOut])
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
