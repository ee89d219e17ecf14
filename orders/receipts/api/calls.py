"""The receipt of an order, as programs, printers and browsers want it."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.utils.module_loading import import_string
from ninja import Query, Router

from base.http.accept import preferred
from base.http.body import answer
from base.http.fields import Id
from base.http.problems import Problem, not_found
from orders.receipts.api.shapes import ReceiptOut
from orders.receipts.api.told import as_json
from orders.receipts.core.make import receipt_of, receipt_of_command
from orders.receipts.core.page import Page
from orders.receipts.core.receipt import Receipt
from orders.receipts.db import sold_order
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["orders"])

JSON, TEXT, PAGE = OFFERED = ("application/json", "text/plain", "text/html")
_VARIES = {"Vary": "Accept"}
_STRING = {"schema": {"type": "string"}}
_FORMS = {"responses": {200: {"content": {TEXT: _STRING, PAGE: _STRING}}}}
# How wide characters are takes two megabytes of tables: a process has them once it was asked for one of these.
_AS_TEXT, _AS_PAGE = "orders.receipts.text.as_text", "orders.receipts.html.as_page"


@router.get("/{order_id}/receipt", response=ReceiptOut, openapi_extra=_FORMS)
def read_receipt(
    request: TerminalRequest,
    order_id: Id,
    command: Annotated[
        Id | None,
        Query(description="Of a pay: its receipt, or that of its part. Of a cancel or return: its credit note."),
    ] = None,
) -> HttpResponse:
    """What the customer gets: of a paid order its receipt, of one that is not paid what is due.

    By `Accept` as JSON, as plain text of 42 columns, or as a page 80 mm wide that a browser prints. Names, prices and
    taxes are those of the order; amounts are written as in the store's locale, times as in its zone.
    """
    form = preferred(request.headers.get("Accept"), OFFERED)
    if form is None:
        detail = f"A receipt comes as {', '.join(OFFERED)}."
        raise Problem(406, "not_acceptable", detail, headers=_VARIES)
    return _as(form, _receipt(request.auth.store_id, order_id, command))


def _receipt(store_id: int, order_id: UUID, command: UUID | None) -> Receipt:
    order = sold_order(store_id, order_id)
    if order is None:
        raise not_found("order_not_found", f"The store has no order {order_id}.")
    receipt = receipt_of_command(order, command) if command else receipt_of(order)
    if receipt is None:
        raise not_found("receipt_not_found", f"The order has no receipt of the command {command}.")
    return receipt


def _as(form: str, receipt: Receipt) -> HttpResponse:
    if form == TEXT:
        return HttpResponse(import_string(_AS_TEXT)(receipt), content_type=f"{TEXT}; charset=utf-8", headers=_VARIES)
    if form == PAGE:
        page: Page = import_string(_AS_PAGE)(receipt)
        headers = {**_VARIES, "Content-Security-Policy": page.policy}
        return HttpResponse(page.content, content_type=f"{PAGE}; charset=utf-8", headers=headers)
    return answer(as_json(receipt), headers=_VARIES)
