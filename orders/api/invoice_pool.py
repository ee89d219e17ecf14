"""The pool of invoice numbers."""

from django.conf import settings
from django.http import HttpResponse
from ninja import Router

from inventory.api.answers import answer
from orders.api.auth import TerminalKey, TerminalRequest
from orders.api.shapes import InvoicePoolOut
from orders.core.roles import Action
from orders.db.reads_pool import invoice_pool

router = Router(tags=["invoice pool"])


@router.get("", response=InvoicePoolOut, auth=TerminalKey(Action.READ_INVOICE_POOL))
def read_invoice_pool(request: TerminalRequest) -> HttpResponse:
    """How many invoice numbers there are, and how the last refill went."""
    marks = {"low": settings.INVOICE_POOL_LOW, "target": settings.INVOICE_POOL_TARGET}
    return answer({**invoice_pool(request.auth.store_id), **marks})
