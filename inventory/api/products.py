"""The catalogue: products."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field, StrictBool

from inventory.api.answers import answer
from inventory.api.fields import NO_NUL, Body, CurrencyCode, Gtin, Name, PriceMinor, Sku
from inventory.api.paging import PageIn, PageOut, after, page, row_id, without_id
from inventory.api.problems import Problem, at
from inventory.api.requests import StoreRequest
from inventory.api.rows import ImportRows
from inventory.api.uploads import import_body, read_import
from inventory.core.products import tracked_by_default
from inventory.db.catalogue import NewProduct, put_products
from inventory.db.in_use import in_use
from inventory.db.reads_catalogue import products_page

_CSV = 'sku,name,gtin,price_minor,currency\nTEA-EARL-GREY,"Earl Grey, 100 g",5012345678900,499,GBP\n'

router = Router(tags=["catalogue"])
editing = Router(tags=["catalogue"])


class ProductIn(Body):
    name: Name
    gtin: Gtin | None = None
    price_minor: PriceMinor
    currency: CurrencyCode
    tracks_stock: Annotated[
        StrictBool | None, Field(description="Default: true, but for the placeholder GTIN 0000000000000.")
    ] = None


class ProductRowIn(ProductIn):
    sku: Sku


class ProductsIn(Body):
    items: ImportRows[ProductRowIn]


class ProductOut(BaseModel):
    sku: str
    name: str
    gtin: str | None
    price_minor: int
    currency: str
    tracks_stock: bool


class Taken(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RowOut(BaseModel):
    index: int
    sku: str
    status: Taken
    code: Annotated[str | None, Field(description="Why the row was refused.")]


class ProductsImportedOut(BaseModel):
    items: list[RowOut]
    counts: dict[Taken, int]


_CSV = 'sku,name,gtin,price_minor,currency\nTEA-EARL-GREY,"Earl Grey, 100 g",5012345678900,499,GBP\n'
_IMPORT = import_body(ProductsIn, ProductRowIn, example=_CSV)


class ProductsAskedIn(PageIn):
    query: Annotated[
        str | None,
        Field(min_length=1, max_length=200, pattern=NO_NUL, description="A part of the SKU or name, or a whole GTIN."),
    ] = None


@router.get("", response=PageOut[ProductOut])
def list_products(request: StoreRequest, asked: Query[ProductsAskedIn]) -> HttpResponse:
    """The store's products, newest first."""
    (before,) = after(asked.cursor, row_id)
    rows = products_page(request.auth.store_id, limit=asked.limit + 1, before=before, query=asked.query)
    return answer(without_id(page(rows, limit=asked.limit, key=lambda row: [row["id"]])))


@editing.post(
    "/import", response=ProductsImportedOut, openapi_extra=import_body(ProductsIn, ProductRowIn, example=_CSV)
)
def import_products(request: StoreRequest) -> HttpResponse:
    """Make or change many products, up to 50,000 rows, all at once; the answer tells what became of each row."""
    rows = read_import(request, ProductsIn, ProductRowIn).items
    first = {row.sku: index for index, row in reversed(list(enumerate(rows)))}
    products = [_product(rows[index].sku, rows[index]) for index in first.values()]
    refused = dict.fromkeys(_used(request.auth.store_id, products), "product_in_use")
    refused |= {one.sku: "currency_mismatch" for one in products if one.currency != request.auth.currency}
    made = put_products(request.auth.store_id, [product for product in products if product.sku not in refused])
    items = [_row(index, row.sku, first[row.sku] == index, made, refused) for index, row in enumerate(rows)]
    counts = {status: sum(item["status"] is status for item in items) for status in Taken}
    return answer({"items": items, "counts": counts})


# A SKU may hold a slash.
@editing.put("/{path:sku}", response={200: ProductOut, 201: ProductOut})
def put_product(request: StoreRequest, sku: Path[Sku], body: ProductIn) -> HttpResponse:
    """Make the product or change it: 201 or 200. Lines that were ordered keep their names and prices, and whether they
    are counted. It is priced in the store's currency (422); what somebody holds or waits for goes on being counted
    (409)."""
    product = _product(sku, body)
    if body.currency != request.auth.currency:
        detail = f"The store sells in {request.auth.currency}, not in {body.currency}."
        raise Problem(422, "currency_mismatch", detail, errors=[at(["currency"], detail, "currency_mismatch")])
    if used := _used(request.auth.store_id, [product]):
        raise Problem(409, "product_in_use", used[sku])
    made = put_products(request.auth.store_id, [product]).get(sku, False)
    return answer({**product._asdict(), "gtin": product.gtin or None}, status=201 if made else 200)


def _used(store_id: int, products: Iterable[NewProduct]) -> dict[str, str]:
    """SKU -> why the product cannot stop being counted now. What is held by then is given up or shipped as ever."""
    return in_use(store_id, [product.sku for product in products if not product.tracks_stock])


def _product(sku: str, body: ProductIn) -> NewProduct:
    return NewProduct(
        sku=sku,
        gtin=body.gtin or "",
        name=body.name,
        price_minor=body.price_minor,
        currency=body.currency,
        tracks_stock=tracked_by_default(body.gtin) if body.tracks_stock is None else body.tracks_stock,
    )


def _row(index: int, sku: str, is_first: bool, made: Mapping[str, bool], refused: Mapping[str, str]) -> dict[str, Any]:
    if not is_first:
        return {"index": index, "sku": sku, "status": Taken.REFUSED, "code": "sku_repeated"}
    if sku in refused:
        return {"index": index, "sku": sku, "status": Taken.REFUSED, "code": refused[sku]}
    status = Taken.UNCHANGED if sku not in made else Taken.CREATED if made[sku] else Taken.UPDATED
    return {"index": index, "sku": sku, "status": status, "code": None}
