"""Looks at one order: what can be done with it, what happened to it, what was handed over."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from base.http.answers import answer
from base.http.paging import PageOut
from orders.commands.core.lapse import lost_its_hold, without_holds
from orders.sales.api.orders import no_order
from orders.sales.api.shapes import ActionsOut, ShipmentStatusOut, StatusChangeOut
from orders.sales.core.actions import available_actions
from orders.sales.core.shipment import shipment_status
from orders.sales.db.history import history
from orders.sales.db.orders import described, order_by_id
from orders.sales.db.state import state_of
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["orders"])


@router.get("/{order_id}/available-actions", response=ActionsOut)
def read_available_actions(request: TerminalRequest, order_id: UUID) -> HttpResponse:
    """Which commands the order can take now from this terminal, with a reason for each that it cannot."""
    caller = request.auth
    order = state_of(caller.store_id, order_id)
    if order is None:
        raise no_order(order_id)
    if lost_its_hold(order, now=timezone.now()):
        order = without_holds(order)
    actions = available_actions(order, role=caller.role, own=order.terminal_id == caller.terminal_id)
    listed = [{"kind": one.kind, "allowed": one.allowed, "reason": one.reason or None} for one in actions]
    return answer({"actions": listed})


@router.get("/{order_id}/history", response=PageOut[StatusChangeOut])
def read_history(request: TerminalRequest, order_id: UUID) -> HttpResponse:
    """Every command that took effect on the order, oldest first, whole."""
    order = described(order_id)
    if order is None or order.store_id != request.auth.store_id:
        raise no_order(order_id)
    return answer({"items": history(order_id), "next_cursor": None})


@router.get("/{order_id}/shipment-status", response=ShipmentStatusOut)
def read_shipment_status(request: TerminalRequest, order_id: UUID) -> HttpResponse:
    """How much of each line was handed over."""
    order = order_by_id(request.auth.store_id, order_id)
    if order is None:
        raise no_order(order_id)
    return answer(shipment_status(order))
