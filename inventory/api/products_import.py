"""Many products at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, cast

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import Body, Sku
from base.http.requests import StoreRequest
from base.http.rows import ImportRows
from base.http.shown import SkuOut
from base.http.uploads import ImportAskedIn, import_body, read_import
from base.import_rows import RefusedRow, first_told, refused_row
from inventory.api.edits import named
from inventory.api.products import ProductIn
from inventory.core.products import ProductFields, Refused
from inventory.db.edit_catalogue import EditedProducts, edit_products

router = Router(tags=["catalogue"])

_CSV = 'sku,name,gtin,price_minor,currency\nTEA-EARL-GREY,"Earl Grey, 100 g",5012345678900,499,GBP\n'
_REPEATED = Refused(code="sku_repeated", detail="An earlier row is of this product already.")


class ProductRowIn(ProductIn):
    sku: Sku


class ProductsIn(Body):
    items: ImportRows[ProductRowIn]


class Taken(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RefusedRowOut(BaseModel):
    """Where it is, in a file by its line and in JSON by its index, and why it was refused."""

    line: int | None
    index: int | None
    sku: SkuOut | None
    status: Annotated[str, Field(examples=["refused"])]
    code: Annotated[str, Field(examples=["product_not_found"])]
    detail: Annotated[str, Field(examples=["The store has no product TEA-EARL-GREY."])]


class ProductsImportedOut(BaseModel):
    """`rows`: the first hundred of those that were refused."""

    counts: dict[Taken, int]
    rows: list[RefusedRowOut]


@router.post("/import", response=ProductsImportedOut, openapi_extra=import_body(ProductsIn, ProductRowIn, example=_CSV))
def import_products(request: StoreRequest, asked: Query[ImportAskedIn]) -> HttpResponse:
    """Make many products or change what is named of them, up to 50,000 rows; the answer tells of each row that was
    refused, beside which the others are taken. In a file what has no column stays, and an empty cell clears."""
    read = read_import(request, ProductsIn, ProductRowIn, rows=asked.rows)
    rows, file = read.taken().items, read.file
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        first.setdefault(row.sku, index)
    wanted = {sku: cast("ProductFields", named(rows[index])) for sku, index in first.items()}
    edited = edit_products(request.auth.store_id, wanted, currency=request.auth.currency)
    verdicts = [_verdict(row.sku, edited, is_first=first[row.sku] == index) for index, row in enumerate(rows)]
    counts = Counter(Taken.REFUSED if isinstance(verdict, Refused) else verdict for verdict in verdicts)
    counts[Taken.REFUSED] += file.misread_count if file else 0
    refused = _refused(rows, verdicts, file.lines if file else None)
    rows_told = [row.as_json() for row in first_told(file.misread if file else (), refused)]
    return answer({"counts": {status: counts[status] for status in Taken}, "rows": rows_told})


def _verdict(sku: str, edited: EditedProducts, *, is_first: bool) -> Taken | Refused:
    if not is_first:
        return _REPEATED
    if why := edited.refused.get(sku):
        return why
    if sku not in edited.before:
        return Taken.CREATED
    return Taken.UNCHANGED if edited.before[sku] == edited.products[sku] else Taken.UPDATED


def _refused(
    rows: Sequence[ProductRowIn], verdicts: Sequence[Taken | Refused], lines: Sequence[int] | None
) -> Iterator[RefusedRow]:
    for index, (row, verdict) in enumerate(zip(rows, verdicts, strict=True)):
        if isinstance(verdict, Refused):
            yield refused_row(index, lines, sku=row.sku, code=verdict.code, detail=verdict.detail)
