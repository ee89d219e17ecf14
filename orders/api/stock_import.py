"""Importing stock: one command, however many rows."""

from django.http import HttpResponse
from ninja import Query, Router

from inventory.api.file_rows import FileRows
from inventory.api.uploads import ImportAskedIn, import_body, read_import
from orders.api.auth import TerminalRequest
from orders.api.order_commands import call
from orders.api.stock_bodies import CountItemIn, ImportFileIn, ImportIn
from orders.api.submit import submit
from orders.api.unjudged import judged_later
from orders.core.machine import Kind

router = Router(tags=["stock commands"])


_EXAMPLE = "sku,quantity,location\nTEA-EARL-GREY,12,shop\nTEA-ASSAM,0,\n"
_CALL = call(Kind.IMPORT)
_CALL["openapi_extra"] = {**_CALL["openapi_extra"], **import_body(ImportIn, CountItemIn, example=_EXAMPLE)}


@router.post("/import", **_CALL)
def import_stock(request: TerminalRequest, asked: Query[ImportAskedIn]) -> HttpResponse:
    """Take over many quantities on hand, up to 50,000 rows; the command's result answers for each row."""
    read = read_import(request, ImportIn, CountItemIn, rows=asked.rows, valid=judged_later)
    return submit(request, Kind.IMPORT, None, _with_lines(read.body, read.file) if read.file else read.body)


def _with_lines(body: ImportIn, file: FileRows) -> ImportFileIn:
    return ImportFileIn.model_construct(
        **dict(body), lines=file.lines, misread=file.misread, misread_count=file.misread_count
    )
