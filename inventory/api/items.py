"""Items: products with their stock."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from ninja import Path, Query, Router

from base.http.body import answer
from base.http.fields import Body, Quantity, Sku
from base.http.paging import PageIn, PageOut, after, page, row_id, without_id
from base.http.problems import Problem, at, not_found
from base.http.requests import StoreRequest
from base.http.rows import Rows
from inventory.api.shapes import AvailabilityOut, ItemOut
from inventory.db.reads.items import available_by_sku, item_by_sku, items_page

router = Router(tags=["inventory"])


class WantedIn(Body):
    sku: Sku
    quantity: Quantity


class CheckAvailableIn(Body):
    items: Rows[WantedIn]


@router.get("/items", response=PageOut[ItemOut])
def items(request: StoreRequest, paging: Query[PageIn]) -> HttpResponse:
    """All products with their levels."""
    (before,) = after(paging.cursor, row_id)
    rows = items_page(request.auth.store_id, limit=paging.limit + 1, before=before)
    return answer(without_id(page(rows, limit=paging.limit, key=lambda row: [row["id"]])))


@router.post("/items/check-available", response=AvailabilityOut)
def check_available(request: StoreRequest, body: CheckAvailableIn) -> HttpResponse:
    """Whether the store could serve these quantities now. A look, not a promise: nothing is held."""
    requested = Counter[str]()
    for wanted in body.items:
        requested[wanted.sku] += wanted.quantity
    available = available_by_sku(request.auth.store_id, requested.keys())
    if unknown := [(at_, item.sku) for at_, item in enumerate(body.items) if item.sku not in available]:
        raise Problem(
            422,
            "product_not_found",
            "The store does not have every product.",
            errors=[
                at(["items", at_, "sku"], f"The store has no product {sku}.", "product_not_found")
                for at_, sku in unknown
            ],
        )
    checked = [_checked(item, available[item.sku], requested[item.sku]) for item in body.items]
    return answer({"available": all(item["sufficient"] for item in checked), "items": checked})


# A SKU may hold a slash.
@router.get("/items/{path:sku}", response=ItemOut)
def item(request: StoreRequest, sku: Path[Sku]) -> HttpResponse:
    """One product with its levels."""
    return answer(item_out(request.auth.store_id, sku))


def item_out(store_id: int, sku: str) -> dict[str, Any]:
    row = item_by_sku(store_id, sku)
    if row is None:
        raise not_found("product_not_found", f"The store has no product {sku}.")
    return {name: value for name, value in row.items() if name != "id"}


def _checked(item: WantedIn, available: int | None, requested_in_all: int) -> dict[str, Any]:
    """Two items of one product share what is there."""
    sufficient = available is None or available >= requested_in_all
    return {"sku": item.sku, "requested": item.quantity, "available": available, "sufficient": sufficient}
