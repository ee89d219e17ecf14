"""Importing stock: one command, however many rows."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from base.http.file_rows import FileRows
from base.http.problems import Problem, at
from base.http.uploads import ImportAskedIn, import_body, read_import
from base.http.validation import judged_later
from orders.commands.core.machine import Kind
from orders.journal.api.calls.orders import submits
from orders.journal.api.submit import submit
from orders.stock.api.bodies import CountItemIn, ImportFileIn, ImportIn, StockShortage
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["stock commands"])


_EXAMPLE = "sku,quantity,location\nTEA-EARL-GREY,12,shop\nTEA-ASSAM,0,\n"
_CALL = submits(Kind.IMPORT)
_CALL["openapi_extra"] = {**_CALL["openapi_extra"], **import_body(ImportIn, CountItemIn, example=_EXAMPLE)}


class StockImportAskedIn(ImportAskedIn):
    shortage: Annotated[
        StockShortage | None,
        Field(description="Of a file, what the field of the same name is of a JSON body or a form."),
    ] = None


@router.post("/import", **_CALL)
def import_stock(request: TerminalRequest, asked: Query[StockImportAskedIn]) -> HttpResponse:
    """Take over many quantities on hand, up to 50,000 rows; the command's result answers for each row."""
    read = read_import(request, ImportIn, CountItemIn, rows=asked.rows, valid=judged_later)
    body = read.body
    if asked.shortage and isinstance(body, ImportIn):
        body = _with_shortage(body, asked.shortage)
    return submit(request, Kind.IMPORT, None, _with_lines(body, read.file) if read.file else body)


def _with_shortage(body: ImportIn, shortage: StockShortage) -> ImportIn:
    if "shortage" in body.model_fields_set and body.shortage != shortage:
        detail = f"The body says {body.shortage}, the query {shortage}."
        raise Problem(422, "validation_failed", detail, errors=[at(["shortage"], detail, "value_error")])
    return body.model_copy(update={"shortage": shortage})


def _with_lines(body: ImportIn, file: FileRows) -> ImportFileIn:
    misread = [row.as_json() for row in file.misread]
    return ImportFileIn.model_construct(
        **dict(body), lines=file.lines, misread=misread, misread_count=file.misread_count
    )
