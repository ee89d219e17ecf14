"""Holds without an order: under a reference of the caller's own, such as a web shop's basket."""

from django.http import HttpResponse
from ninja import Router

from orders.api.auth import TerminalRequest
from orders.api.order_commands import call
from orders.api.stock_bodies import CommitHoldIn, HoldIn, ReleaseHoldIn
from orders.api.submit import submit
from orders.api.unjudged import Sent
from orders.core.machine import Kind

router = Router(tags=["reference holds"])


@router.post("/items/reserve", **call(Kind.HOLD))
def reserve_items(request: TerminalRequest, body: Sent[HoldIn]) -> HttpResponse:
    """Hold every item under the reference, all or nothing; the result answers for each."""
    return submit(request, Kind.HOLD, None, body)


@router.post("/items/release", **call(Kind.RELEASE_HOLD))
def release_items(request: TerminalRequest, body: Sent[ReleaseHoldIn]) -> HttpResponse:
    """Give up these items of what the reference holds; without items all of it."""
    return submit(request, Kind.RELEASE_HOLD, None, body)


@router.post("/items/commit-outbound", **call(Kind.COMMIT_HOLD))
def commit_outbound(request: TerminalRequest, body: Sent[CommitHoldIn]) -> HttpResponse:
    """Hand out these items of what the reference holds."""
    return submit(request, Kind.COMMIT_HOLD, None, body)
