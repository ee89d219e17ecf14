"""The catalogue: locations."""

from typing import Annotated, cast

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import WHOLE, Body, Kept, LocationCode, Name
from base.http.paging import PageIn, PageOut, after, page, row_id, without_id
from base.http.requests import StoreRequest
from inventory.api.edits import named, refused_edit
from inventory.core.places import PlaceFields
from inventory.core.products import Refused
from inventory.db.edit_catalogue import edit_place
from inventory.db.reads.catalogue import locations_page

router = Router(tags=["catalogue"])
editing = Router(tags=["catalogue"])


class LocationIn(Body):
    name: Annotated[Kept[Name], Field(description="A new location needs one.", examples=["Shop floor"])] = None
    priority: Annotated[
        Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000), WHOLE] | None,
        Field(description="Picked from in ascending order. Of a new location: 0.", examples=[1]),
    ] = None


class LocationOut(BaseModel):
    code: LocationCode
    name: Annotated[str, Field(examples=["Shop floor"])]
    priority: int


@router.get("", response=PageOut[LocationOut])
def list_locations(request: StoreRequest, paging: Query[PageIn]) -> HttpResponse:
    """The store's locations, newest first."""
    (before,) = after(paging.cursor, row_id)
    rows = locations_page(request.auth.store_id, limit=paging.limit + 1, before=before)
    return answer(without_id(page(rows, limit=paging.limit, key=lambda row: [row["id"]])))


@editing.put("/{path:code}", response={200: LocationOut, 201: LocationOut})
def put_location(request: StoreRequest, code: Path[LocationCode], body: LocationIn) -> HttpResponse:
    """Make the location or change what is named of it: 201 or 200."""
    place, is_new = edit_place(request.auth.store_id, code, cast("PlaceFields", named(body)))
    if isinstance(place, Refused):
        raise refused_edit(place)
    return answer(place._asdict(), status=201 if is_new else 200)
