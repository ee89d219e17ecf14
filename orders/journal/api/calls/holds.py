"""Holds without an order: under a reference of the caller's own, such as a web shop's basket."""

from django.http import HttpResponse
from ninja import Router

from base.http.validation import Sent
from orders.commands.core.machine import Kind
from orders.journal.api.calls.orders import submits
from orders.journal.api.submit import submit
from orders.stock.api.bodies import CommitHoldIn, HoldIn, ReleaseHoldIn
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["reference holds"])


@router.post("/items/reserve", **submits(Kind.HOLD))
def reserve_items(request: TerminalRequest, body: Sent[HoldIn]) -> HttpResponse:
    """Hold every item under the reference, all or nothing; the result answers for each."""
    return submit(request, Kind.HOLD, None, body)


@router.post("/items/release", **submits(Kind.RELEASE_HOLD))
def release_items(request: TerminalRequest, body: Sent[ReleaseHoldIn]) -> HttpResponse:
    """Give up these items of what the reference holds; without items all of it."""
    return submit(request, Kind.RELEASE_HOLD, None, body)


@router.post("/items/commit-outbound", **submits(Kind.COMMIT_HOLD))
def commit_outbound(request: TerminalRequest, body: Sent[CommitHoldIn]) -> HttpResponse:
    """Hand out these items of what the reference holds."""
    return submit(request, Kind.COMMIT_HOLD, None, body)
