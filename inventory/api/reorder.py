"""Reordering: the point at which it is due."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

from base.http.body import answer
from base.http.fields import QUANTITY_MAX, WHOLE, Body, LocationCode, Sku
from base.http.problems import Problem, at, not_found
from base.http.requests import StoreRequest
from inventory.api.items import item_out
from inventory.api.shapes import ItemOut
from inventory.db.reads.names import products_by_sku
from inventory.db.reorder import location_id, set_reorder_point

editing = Router(tags=["inventory"])


class ReorderPointIn(Body):
    reorder_point: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=QUANTITY_MAX), WHOLE] | None,
        Field(description="Reorder when no more than this is available; null: never.", examples=[5]),
    ]
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


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
