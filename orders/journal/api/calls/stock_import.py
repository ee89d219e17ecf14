"""Importing stock: one command, however many rows."""

from functools import partial
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from base.http.uploads import ImportAskedIn, import_body, read_import
from orders.commands.core.machine import Kind
from orders.journal.api.calls.import_body import body_of
from orders.journal.api.calls.orders import submits
from orders.journal.api.known_first import command_is_known
from orders.journal.api.submit import submit
from orders.stock.api.bodies import CountItemIn, ImportIn, StockShortage
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
    known = partial(command_is_known, request, request.auth)
    read = read_import(request, ImportIn, CountItemIn, rows=asked.rows, known=known)
    return submit(request, Kind.IMPORT, None, body_of(request, read, asked.shortage))
