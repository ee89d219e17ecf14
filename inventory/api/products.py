"""The catalogue: products."""

from typing import Annotated, Any, cast

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, BeforeValidator, Field, StrictBool

from base.http.body import answer
from base.http.fields import NO_NUL, WHOLE, Body, CurrencyCode, Gtin, Kept, Name, PriceMinor, Sku, TaxCode, Unit
from base.http.paging import PageIn, PageOut, after, page, row_id, without_id
from base.http.problems import Problem
from base.http.requests import StoreRequest
from base.http.shown import CurrencyOut, GtinOut, NameOut, PriceOut, SkuOut
from inventory.api.edits import named, refused_edit
from inventory.core.products import ProductFields
from inventory.db.edit_catalogue import edit_products
from inventory.db.reads.catalogue import products_page

router = Router(tags=["catalogue"])
editing = Router(tags=["catalogue"])


class ProductIn(Body):
    """What is left out stays as it is. A new product needs name, price and currency."""

    name: Kept[Name] = None
    gtin: Gtin | None = None
    price_minor: Kept[PriceMinor] = None
    currency: Kept[CurrencyCode] = None
    tracks_stock: Annotated[
        StrictBool | None,
        Field(description="Default: true. What has the placeholder GTIN 0000000000000 is not counted."),
    ] = None
    tax_code: Annotated[TaxCode | None, Field(description="One of the store's taxes; null: untaxed.")] = None
    unit: Annotated[Unit | None, Field(description="What the price is for. Default: piece.")] = None
    quantity_decimals: Annotated[
        Annotated[int, Field(strict=True, ge=0, le=3), WHOLE] | None,
        Field(description="Quantities are whole: with 3 decimals of a kg, 345 is 0.345 kg. Default: 0.", examples=[3]),
    ] = None


class ProductOut(BaseModel):
    sku: SkuOut
    name: NameOut
    gtin: GtinOut | None
    price_minor: PriceOut
    currency: CurrencyOut
    tracks_stock: Annotated[bool, Field(examples=[True])]
    tax_code: Annotated[str | None, Field(examples=["standard"])]
    unit: Annotated[str, Field(examples=["kg"])]
    quantity_decimals: int


def _trimmed(query: Any) -> Any:
    return query.strip() if isinstance(query, str) else query


class ProductsAskedIn(PageIn):
    query: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            pattern=NO_NUL,
            description="A part of the SKU or name, or a whole GTIN; case, accents and width make no difference.",
        ),
        BeforeValidator(_trimmed),
    ] = None


@router.get("", response=PageOut[ProductOut])
def list_products(request: StoreRequest, asked: Query[ProductsAskedIn]) -> HttpResponse:
    """The store's products, newest first."""
    (before,) = after(asked.cursor, row_id)
    rows = products_page(request.auth.store_id, limit=asked.limit + 1, before=before, query=asked.query)
    return answer(without_id(page(rows, limit=asked.limit, key=lambda row: [row["id"]])))


# A SKU may hold a slash.
@editing.put("/{path:sku}", response={200: ProductOut, 201: ProductOut})
def put_product(request: StoreRequest, sku: Path[Sku], body: ProductIn) -> HttpResponse:
    """Make the product or change what is named of it: 201 or 200. Lines that were ordered keep what they were made
    with. It is priced in the store's currency, and its tax is one of the store's (422); what somebody holds or waits
    for goes on being counted (409), and what has a line, a hold or a movement in the same steps (422)."""
    edited = edit_products(
        request.auth.store_id, {sku: cast("ProductFields", named(body))}, currency=request.auth.currency
    )
    if why := edited.refused.get(sku):
        must_go_on = (why.code, why.field) == ("product_in_use", "tracks_stock")
        raise Problem(409, why.code, why.detail) if must_go_on else refused_edit(why)
    product = edited.products[sku]
    return answer({**product._asdict(), "gtin": product.gtin or None}, status=200 if sku in edited.before else 201)
