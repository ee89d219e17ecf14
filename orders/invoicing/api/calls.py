"""The pool of invoice numbers."""

from typing import Annotated, Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Router
from pydantic import Field

from base.http.body import answer
from base.http.fields import NOT_BLANK, Body, Why
from base.http.problems import Problem, not_found
from base.http.table import CONTENT_TYPE
from base.sql import clock
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action
from orders.invoicing.api.shapes import InvoiceNumberOut, InvoicePoolOut, NumberOfStore, VoidNoticeOut
from orders.invoicing.core.numbers import NumberState
from orders.invoicing.db.reads import invoice_pool
from orders.invoicing.db.void import state_of, void
from orders.invoicing.db.void_notices import notice_of, retry_notices
from orders.invoicing.report import FILE_NAME, report
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["invoice pool"])

CSV: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A header row, then a row for each number, in the order in which they came.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    }
}


class VoidIn(Body):
    number: NumberOfStore
    reason: Annotated[
        str, Field(min_length=1, max_length=255, pattern=NOT_BLANK, examples=["printed on a torn receipt"])
    ]


class TellAgainIn(Body):
    number: NumberOfStore
    reason: Why


@router.get("", response=InvoicePoolOut, auth=TerminalKey(Action.READ_INVOICE_POOL))
def read_invoice_pool(request: TerminalRequest) -> HttpResponse:
    """How many invoice numbers there are, how fast sales take them, and how the last refill went."""
    return answer(invoice_pool(request.auth.store_id, now=clock.now()))


@router.get("/report", auth=TerminalKey(Action.READ_INVOICE_POOL), openapi_extra=CSV)
def report_invoice_numbers(request: TerminalRequest) -> StreamingHttpResponse:
    """Every number that was ever fetched and what became of it, gaps and voids included, as CSV.

    All numbers that were there as the report began, each as it was when its page was read. A last row `BROKEN OFF` says
    that it is not whole.
    """
    numbers = report([request.auth.store_id])
    if numbers is None:
        detail = "As many reports are being read as may be; come back when one has ended."
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": "10"})
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return StreamingHttpResponse(numbers, content_type=CONTENT_TYPE, headers=headers)


@router.post("/void", response=InvoiceNumberOut, auth=TerminalKey(Action.REPAIR))
def void_invoice_number(request: TerminalRequest, body: VoidIn) -> HttpResponse:
    """Take a free number out of the pool for good, with a reason. A number that a sale has stays with it."""
    caller, now = request.auth, clock.now()
    if void(store_id=caller.store_id, number=body.number, reason=body.reason, voided_by=caller.name, now=now):
        told = {"number": body.number, "state": NumberState.VOID, "voided_at": now, "void_reason": body.reason}
        return answer({**told, "voided_by": caller.name})
    state = _state_of(caller, body.number)
    raise Problem(409, "invoice_number_not_free", f"The invoice number {body.number} is {state}.")


@router.post("/void/retry", response=VoidNoticeOut, auth=TerminalKey(Action.REPAIR))
def tell_void_again(request: TerminalRequest, body: TellAgainIn) -> HttpResponse:
    """Tell accounting again that a number is void, which it did not take before. Who wanted that, and why, is kept."""
    caller = request.auth
    notice = notice_of(store_id=caller.store_id, number=body.number)
    if notice is None:
        state = _state_of(caller, body.number)
        raise Problem(
            409, "void_not_failed", f"Of the invoice number {body.number}, {state}, accounting is told no void."
        )
    if not retry_notices([notice["id"]], by=caller.name, reason=body.reason, now=clock.now()):
        raise Problem(409, "void_not_failed", f"Accounting has not refused the void of {body.number}.")
    told = notice_of(store_id=caller.store_id, number=body.number)
    assert told, "a notice is never taken back"
    return answer({name: value for name, value in told.items() if name != "id"})


def _state_of(caller: Caller, number: str) -> NumberState:
    if (state := state_of(store_id=caller.store_id, number=number)) is None:
        raise not_found("invoice_number_not_found", f"The store has no invoice number {number}.")
    return state
