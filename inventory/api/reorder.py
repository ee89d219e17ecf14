"""Reordering: the point at which it is due, and the reports that it is."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.answers import answer
from base.http.fields import BIGINT_MAX, QUANTITY_MAX, WHOLE, Body, LocationCode, Sku
from base.http.paging import PageIn, PageOut, after, page, row_id
from base.http.problems import Problem, at, not_found
from base.http.requests import StoreRequest
from base.http.shown import NameOut, PlaceOut, SkuOut
from inventory.api.items import item_out
from inventory.api.shapes import ItemOut
from inventory.db.reads.low_stock import acknowledge, low_stock_page
from inventory.db.reads.names import products_by_sku
from inventory.db.reorder import location_id, set_reorder_point

router = Router(tags=["inventory"])
editing = Router(tags=["inventory"])


class ReorderPointIn(Body):
    reorder_point: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=QUANTITY_MAX), WHOLE] | None,
        Field(description="Reorder when no more than this is available; null: never.", examples=[5]),
    ]
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


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


@editing.put("/items/{path:sku}/reorder-point", response={200: ItemOut, 201: ItemOut})
def put_reorder_point(request: StoreRequest, sku: Path[Sku], body: ReorderPointIn) -> HttpResponse:
    """Set or clear the point at which a level needs reordering: 201 where the location had no level of it before."""
    store_id = request.auth.store_id
    product = products_by_sku(store_id, [sku]).get(sku)
    if product is None:
        raise not_found("product_not_found", f"The store has no product {sku}.")
    if not product.tracks_stock:
        raise Problem(409, "stock_not_tracked", f"{sku} is not counted.")
    place = location_id(store_id, body.location)
    if place is None:
        detail = f"The store has no location {body.location or ''}".rstrip() + "."
        raise Problem(422, "location_not_found", detail, errors=[at(["location"], detail, "location_not_found")])
    made = set_reorder_point(store_id, product_id=product.id, location_id=place, reorder_point=body.reorder_point)
    return answer(item_out(store_id, sku), status=201 if made else 200)


@router.get("/low-stock", response=PageOut[LowStockOut])
def list_low_stock(request: StoreRequest, asked: Query[LowStockAskedIn]) -> HttpResponse:
    """Levels that reached their reorder point, each reported once until it has recovered; the newest first."""
    (before,) = after(asked.cursor, row_id)
    rows = low_stock_page(
        request.auth.store_id,
        limit=asked.limit + 1,
        before=before,
        acknowledged=asked.acknowledged,
        recovered=asked.recovered,
    )
    return answer(page(rows, limit=asked.limit, key=lambda row: [row["id"]]))


@editing.post("/low-stock/{report_id}/acknowledge", response=LowStockOut)
def acknowledge_low_stock(
    request: StoreRequest, report_id: Path[Annotated[int, Field(ge=1, le=BIGINT_MAX)]]
) -> HttpResponse:
    """Somebody has seen to it. The first who says so is remembered."""
    report = acknowledge(request.auth.store_id, report_id, by=request.auth.name)
    if report is None:
        raise not_found("low_stock_not_found", f"The store has no report {report_id}.")
    return answer(report)
