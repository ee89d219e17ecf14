"""The catalogue: locations."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from inventory.api.answers import answer
from inventory.api.fields import WHOLE, Body, LocationCode, Name
from inventory.api.paging import PageIn, PageOut, after, page, row_id, without_id
from inventory.api.requests import StoreRequest
from inventory.db.catalogue import put_location as put
from inventory.db.reads_catalogue import locations_page

router = Router(tags=["catalogue"])
editing = Router(tags=["catalogue"])


class LocationIn(Body):
    name: Annotated[Name, Field(examples=["Shop floor"])]
    priority: Annotated[
        int,
        Field(strict=True, ge=-1_000_000, le=1_000_000, description="Picked from in ascending order.", examples=[1]),
        WHOLE,
    ]


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
    """Make the location or change it: 201 or 200."""
    made = put(request.auth.store_id, code=code, name=body.name, priority=body.priority)
    return answer({"code": code, **body.model_dump()}, status=201 if made else 200)
