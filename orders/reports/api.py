"""The figures of a store's day."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from base.http.accept import preferred
from base.http.body import answer
from base.http.fields import Day
from base.http.problems import Problem
from base.http.shown import CurrencyOut, InvoiceOut, MoneyOut, StoreOut
from base.http.table import CONTENT_TYPE, lines
from base.http.validation import invalid_parameters
from orders.commands.core.roles import Action
from orders.reports.core import COLUMNS, Report, report_of, rows_of
from orders.reports.db import read_day
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["reports"])

DayInPath = Annotated[str, Field(json_schema_extra={"format": "date"})]
_DAY = TypeAdapter[date](Day)

JSON, CSV = "application/json", "text/csv"


class CountOfDayOut(BaseModel):
    count: Annotated[int, Field(examples=[2])]
    total_minor: MoneyOut


class MethodOfDayOut(BaseModel):
    """What the method took less what it gave back; `count`: how often it did."""

    method: Annotated[str, Field(examples=["cash"])]
    count: Annotated[int, Field(examples=[3])]
    amount_minor: MoneyOut


class TaxOfDayOut(BaseModel):
    code: Annotated[str, Field(examples=["std"])]
    name: Annotated[str, Field(examples=["VAT"])]
    rate: Annotated[str, Field(examples=["20"])]
    net_minor: Annotated[int, Field(examples=[831])]
    tax_minor: Annotated[int, Field(examples=[167])]


class DayReportOut(BaseModel):
    """Of what was booked under one business day, as it was known at `as_of`. `sales`: what orders came to as they were
    paid, with their tax; `refunds`: what cancellations (`cancelled`) and returns made them less since; `taxes`: of the
    sales less the refunds, `untaxed_minor` the rest of them; `deposits_minor`: what customers have paid ahead, less
    what was used up; `rounding_minor`: what the store gained by smallest coins; the invoice numbers are those of the
    first and the last paid sale that has one; `late`: of the sales those that came after the day's end."""

    date: Annotated[Day, Field(examples=["2026-11-21"])]
    as_of: datetime
    store: StoreOut
    currency: CurrencyOut
    sales: CountOfDayOut
    refunds: CountOfDayOut
    cancelled: CountOfDayOut
    methods: list[MethodOfDayOut]
    taxes: list[TaxOfDayOut]
    untaxed_minor: MoneyOut
    deposits_minor: MoneyOut
    rounding_minor: MoneyOut
    first_invoice_number: InvoiceOut | None
    last_invoice_number: InvoiceOut | None
    invoices_pending: int
    late: CountOfDayOut


AS_CSV: dict[str, Any] = {
    "responses": {
        200: {
            "content": {
                CSV: {
                    "schema": {
                        "type": "string",
                        "description": f"The columns {', '.join(COLUMNS)}; a figure a row.",
                    }
                }
            }
        }
    }
}


@router.get("/days/{date}", response=DayReportOut, auth=TerminalKey(Action.READ_REPORTS), openapi_extra=AS_CSV)
def report_day(request: TerminalRequest, date: Path[DayInPath]) -> HttpResponse:
    """What a business day came to, as JSON or, by `Accept`, as CSV. It changes as long as something of that day comes
    in; a day that has not begun is all zeros."""
    media_type = _media_type(request)
    report = report_of(read_day(request.auth.store_id, _day(date), now=timezone.now()))
    return answer(report) if media_type == JSON else _csv(report)


def _day(told: str) -> date:
    """The path of a thing that may be there; only the thing is named wrong."""
    try:
        return _DAY.validate_python(told)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise invalid_parameters([{**one, "loc": ("date",)} for one in wrong]) from None


def _media_type(request: HttpRequest) -> str:
    if media_type := preferred(request.headers.get("Accept"), (JSON, CSV)):
        return media_type
    raise Problem(406, "not_acceptable", f"The report of a day is {JSON} or {CSV}.")


def _csv(report: Report) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{report.store}-{report.date.isoformat()}.csv"'}
    return HttpResponse(lines([COLUMNS, *rows_of(report)]), content_type=CONTENT_TYPE, headers=headers)
