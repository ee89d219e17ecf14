"""The store's taxes."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, cast

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from base.http.body import answer
from base.http.fields import NO_NUL, Body, Day, Kept, Name, Percent, TaxCode
from base.http.paging import PageIn, PageOut, after, page, row_id, without_id
from base.http.requests import StoreRequest
from inventory.api.edits import named, refused_edit
from inventory.core.products import Refused
from inventory.core.taxes import Rate, TaxFields, rate_on
from inventory.db.taxes import edit_tax, rate_of, taxes_page, today_in

router = Router(tags=["catalogue"])
editing = Router(tags=["catalogue"])


class TaxIn(Body):
    """What is left out stays as it is. A new tax needs name and rate."""

    name: Annotated[Kept[Name], Field(examples=["VAT"])] = None
    rate: Annotated[Kept[Percent], Field(examples=["20"])] = None
    account: Annotated[
        Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)] | None,
        Field(description="Where accounting keeps what is owed of it.", examples=["2200"]),
    ] = None
    valid_from: Annotated[
        Day | None, Field(description="The rate's first day. Default: today; a first rate also holds for days before.")
    ] = None


class RateOut(BaseModel):
    valid_from: Annotated[date, Field(examples=["2026-11-21"])]
    rate: Annotated[str, Field(examples=["20"])]


class TaxOut(BaseModel):
    """`rate`: today's."""

    code: TaxCode
    name: Annotated[str, Field(examples=["VAT"])]
    rate: Annotated[str, Field(examples=["20"])]
    account: str | None
    rates: list[RateOut]


@router.get("", response=PageOut[TaxOut])
def list_taxes(request: StoreRequest, paging: Query[PageIn]) -> HttpResponse:
    """The store's taxes, newest first, each with its rates by day."""
    (before,) = after(paging.cursor, row_id)
    rows = taxes_page(request.auth.store_id, limit=paging.limit + 1, before=before)
    listed = without_id(page(rows, limit=paging.limit, key=lambda row: [row["id"]]))
    today = today_in(request.auth.store_id)
    return answer({**listed, "items": [as_of_day(today, row) for row in listed["items"]]})


@editing.put("/{path:code}", response={200: TaxOut, 201: TaxOut})
def put_tax(request: StoreRequest, code: Path[TaxCode], body: TaxIn) -> HttpResponse:
    """Make the tax or change what is named of it: 201 or 200. Orders keep the rates they were made with."""
    tax, is_new = edit_tax(request.auth.store_id, code, cast("TaxFields", named(body)))
    if isinstance(tax, Refused):
        raise refused_edit(tax)
    told = {
        "code": tax.code,
        "name": tax.name,
        "rate": rate_on(tax.rates, today_in(request.auth.store_id)),
        "account": tax.account or None,
        "rates": [_rate(one) for one in tax.rates],
    }
    return answer(told, status=201 if is_new else 200)


def as_of_day(today: date, row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "rate": rate_on([rate_of(one) for one in row["rates"]], today)}


def _rate(one: Rate) -> dict[str, Any]:
    return {"valid_from": one.valid_from, "rate": one.rate}
