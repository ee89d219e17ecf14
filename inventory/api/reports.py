"""What somebody has to see to: levels at their reorder point, and what was sold though no figure knew of it."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import Number
from base.http.paging import PageIn, PageOut, after, page, row_id
from base.http.problems import not_found
from base.http.requests import StoreRequest
from base.http.shown import CommandId, NameOut, OrderId, PlaceOut, SkuOut, UnitsOut
from inventory.db.reads.reports import LOW_STOCK, SHORTFALLS, Reports

router = Router(tags=["inventory"])
editing = Router(tags=["inventory"])


class LowStockOut(BaseModel):
    """`available` and `reorder_point`: when it was reported. `recovered_at`: when it was seen to have recovered."""

    id: Annotated[int, Field(examples=[17])]
    sku: SkuOut
    name: NameOut
    location: PlaceOut
    available: Annotated[int, Field(examples=[10])]
    reorder_point: int
    reported_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    recovered_at: datetime | None


class LowStockAskedIn(PageIn):
    acknowledged: bool | None = None
    recovered: Annotated[bool, Field(description="Reports that are over instead of the others.")] = False


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


@router.get("/low-stock", response=PageOut[LowStockOut])
def list_low_stock(request: StoreRequest, asked: Query[LowStockAskedIn]) -> HttpResponse:
    """Levels that reached their reorder point, each reported once until it has recovered; the newest first."""
    return _page(LOW_STOCK, request, asked, acknowledged=asked.acknowledged, ended=asked.recovered)


@editing.post("/low-stock/{report_id}/acknowledge", response=LowStockOut)
def acknowledge_low_stock(request: StoreRequest, report_id: Path[Number]) -> HttpResponse:
    """Somebody has seen to it. The first who says so is remembered."""
    report = LOW_STOCK.acknowledge(request.auth.store_id, report_id, by=request.auth.name)
    if report is None:
        raise not_found("low_stock_not_found", f"The store has no report {report_id}.")
    return answer(report)


@router.get("/shortfalls", response=PageOut[ShortfallOut])
def list_shortfalls(request: StoreRequest, asked: Query[ShortfallsAskedIn]) -> HttpResponse:
    """What was sold with `shortage: record` and stock did not know of, until it is counted; the newest first."""
    return _page(SHORTFALLS, request, asked, acknowledged=asked.acknowledged, ended=asked.counted)


@editing.post("/shortfalls/{shortfall_id}/acknowledge", response=ShortfallOut)
def acknowledge_shortfall(request: StoreRequest, shortfall_id: Path[Number]) -> HttpResponse:
    """Somebody has seen to it. The first who says so is remembered."""
    shortfall = SHORTFALLS.acknowledge(request.auth.store_id, shortfall_id, by=request.auth.name)
    if shortfall is None:
        raise not_found("shortfall_not_found", f"The store has no shortfall {shortfall_id}.")
    return answer(shortfall)


def _page(
    reports: Reports, request: StoreRequest, asked: PageIn, *, acknowledged: bool | None, ended: bool
) -> HttpResponse:
    (before,) = after(asked.cursor, row_id)
    rows = reports.page(
        request.auth.store_id, limit=asked.limit + 1, before=before, acknowledged=acknowledged, ended=ended
    )
    return answer(page(rows, limit=asked.limit, key=lambda row: [row["id"]]))
