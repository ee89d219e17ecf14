"""The commands of an order, one call each."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from base.http.fields import Id
from base.http.validation import Sent, Unjudged
from orders.commands.core.machine import Kind
from orders.commands.core.roles import action_of
from orders.journal.api.document import SUBMITS
from orders.journal.api.known_first import command_is_known
from orders.journal.api.shapes import CommandOut
from orders.journal.api.submit import submit
from orders.sales.api.bodies import (
    CancelIn,
    DeliverIn,
    ExtendIn,
    FulfillIn,
    FulfillLineIn,
    PayIn,
    ReleaseIn,
    ReserveIn,
    ReturnIn,
    ShipIn,
)
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["order commands"])

# What a call without a body means.
_RESERVE, _EXTEND, _RELEASE, _DELIVER, _CANCEL = ReserveIn(), ExtendIn(), ReleaseIn(), DeliverIn(), CancelIn()
_FULFILL_ALL, _SHIP_ALL = FulfillIn(), ShipIn()


def submits(kind: Kind) -> dict[str, Any]:
    """What all calls that submit a command have in common."""
    return {
        "response": {202: CommandOut, 200: CommandOut},
        "auth": TerminalKey(action_of(kind), unless=command_is_known, asks_later=True),
        "openapi_extra": SUBMITS,
    }


@router.post("/{order_id}/pay", **submits(Kind.PAY))
def pay(request: TerminalRequest, order_id: Id, body: Sent[PayIn]) -> HttpResponse:
    """Take the money. Tenders reach what is due; only cash may exceed it, and the difference is the change.

    With `partial` they may fall short of it: the order is then `partially_paid`, until further pays have paid the rest.
    """
    return submit(request, Kind.PAY, order_id, body)


@router.post("/{order_id}/reserve", **submits(Kind.RESERVE))
def reserve(request: TerminalRequest, order_id: Id, body: Sent[ReserveIn] = _RESERVE) -> HttpResponse:
    """Hold every line, all or nothing."""
    return submit(request, Kind.RESERVE, order_id, body)


@router.post("/{order_id}/extend", **submits(Kind.EXTEND))
def extend(request: TerminalRequest, order_id: Id, body: Sent[ExtendIn] = _EXTEND) -> HttpResponse:
    """Keep what is held for longer, once; counted from now. A hold without an end keeps having none."""
    return submit(request, Kind.EXTEND, order_id, body)


@router.post("/{order_id}/release", **submits(Kind.RELEASE))
def release(request: TerminalRequest, order_id: Id, body: Sent[ReleaseIn] = _RELEASE) -> HttpResponse:
    """Drop the holds; the order is a draft again."""
    return submit(request, Kind.RELEASE, order_id, body)


@router.post("/{order_id}/fulfill", **submits(Kind.FULFILL))
def fulfill(request: TerminalRequest, order_id: Id, body: Sent[FulfillIn] = _FULFILL_ALL) -> HttpResponse:
    """Ship all that remains, or the quantities named."""
    return submit(request, Kind.FULFILL, order_id, body)


@router.post("/{order_id}/items/{line_id}/ship", **submits(Kind.FULFILL))
def ship_item(request: TerminalRequest, order_id: Id, line_id: Id, body: Sent[ShipIn] = _SHIP_ALL) -> HttpResponse:
    """Fulfill one line."""
    return submit(request, Kind.FULFILL, order_id, _of_line(line_id, body))


@router.post("/{order_id}/deliver", **submits(Kind.DELIVER))
def deliver(request: TerminalRequest, order_id: Id, body: Sent[DeliverIn] = _DELIVER) -> HttpResponse:
    """The customer has the shipment."""
    return submit(request, Kind.DELIVER, order_id, body)


@router.post("/{order_id}/cancel", **submits(Kind.CANCEL))
def cancel(request: TerminalRequest, order_id: Id, body: Sent[CancelIn] = _CANCEL) -> HttpResponse:
    """Give the order up, and put goods back to where they left. Of an order that was shipped in part the rest is
    cancelled, and the order is then `shipped`. Tills cancel drafts and their own unpaid holds; the rest needs a
    supervisor."""
    return submit(request, Kind.CANCEL, order_id, body)


@router.post("/{order_id}/return", **submits(Kind.RETURN))
def take_back(request: TerminalRequest, order_id: Id, body: Sent[ReturnIn]) -> HttpResponse:
    """Goods come back, to stock or as damaged, and are refunded if they were paid for."""
    return submit(request, Kind.RETURN, order_id, body)


def _of_line(line_id: UUID, body: ShipIn | Unjudged) -> FulfillIn | Unjudged:
    if isinstance(body, Unjudged):
        return Unjudged(FulfillIn, _line_given(line_id, body.given), body.problem)
    return FulfillIn(lines=[FulfillLineIn(line_id=line_id, quantity=body.quantity)], cashier=body.cashier)


def _line_given(line_id: UUID, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        return {"lines": [given]}
    line = {"line_id": str(line_id), **given}
    by = {"cashier": line.pop("cashier")} if "cashier" in line else {}
    return {"lines": [line], **by}
