"""Shortfalls: what was sold though no figure knew of it, and has to be counted."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.answers import answer
from base.http.fields import BIGINT_MAX
from base.http.paging import PageIn, PageOut, after, page, row_id
from base.http.problems import not_found
from base.http.requests import StoreRequest
from base.http.shown import CommandId, NameOut, OrderId, PlaceOut, SkuOut, UnitsOut
from inventory.db.shortfalls import acknowledge, shortfalls_page

router = Router(tags=["inventory"])
editing = Router(tags=["inventory"])


class ShortfallOut(BaseModel):
    """`quantity`: what was booked as found. `counted_at`: when the level was counted, which ends it."""

    id: Annotated[int, Field(examples=[17])]
    sku: SkuOut
    name: NameOut
    location: PlaceOut
    quantity: UnitsOut
    order_id: OrderId
    command_id: CommandId
    reported_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    counted_at: datetime | None


class ShortfallsAskedIn(PageIn):
    acknowledged: bool | None = None
    counted: Annotated[bool, Field(description="Those that a count has ended instead of the others.")] = False


@router.get("/shortfalls", response=PageOut[ShortfallOut])
def list_shortfalls(request: StoreRequest, asked: Query[ShortfallsAskedIn]) -> HttpResponse:
    """What was sold with `shortage: record` and stock did not know of, until it is counted; the newest first."""
    (before,) = after(asked.cursor, row_id)
    rows = shortfalls_page(
        request.auth.store_id,
        limit=asked.limit + 1,
        before=before,
        acknowledged=asked.acknowledged,
        counted=asked.counted,
    )
    return answer(page(rows, limit=asked.limit, key=lambda row: [row["id"]]))


@editing.post("/shortfalls/{shortfall_id}/acknowledge", response=ShortfallOut)
def acknowledge_shortfall(
    request: StoreRequest, shortfall_id: Path[Annotated[int, Field(ge=1, le=BIGINT_MAX)]]
) -> HttpResponse:
    """Somebody has seen to it. The first who says so is remembered."""
    shortfall = acknowledge(request.auth.store_id, shortfall_id, by=request.auth.name)
    if shortfall is None:
        raise not_found("shortfall_not_found", f"The store has no shortfall {shortfall_id}.")
    return answer(shortfall)
