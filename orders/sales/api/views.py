"""Looks at one order: what can be done with it, what happened to it, what was handed over."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from ninja import Router

from base.http.body import answer
from base.http.fields import Id
from base.http.paging import PageOut
from base.sql import clock
from orders.commands.core.holds import as_found
from orders.drawers.db.reads import lacks_drawer
from orders.sales.api.orders import no_order
from orders.sales.api.shapes import ActionsOut, ShipmentStatusOut, StatusChangeOut
from orders.sales.core.actions import available_actions
from orders.sales.core.shipment import Shipment, ShippedLine
from orders.sales.db.history import history
from orders.sales.db.orders import described, order_by_id
from orders.sales.db.state import state_of
from orders.sales.db.waits import blocking
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["orders"])


@router.get("/{order_id}/available-actions", response=ActionsOut)
def read_available_actions(request: TerminalRequest, order_id: Id) -> HttpResponse:
    """Which commands the order can take now from this terminal, with a reason for each that it cannot.

    While one of its commands is parked or a payment provider is asked for it, `blocked_by` and `detail` tell that
    whatever is sent now would wait for that.
    """
    caller = request.auth
    order = state_of(caller.store_id, order_id)
    if order is None:
        raise no_order(order_id)
    found = as_found(order, now=clock.now())
    drawerless = lacks_drawer(caller.store_id, caller.terminal_id)
    own = order.terminal_id == caller.terminal_id
    actions = available_actions(found, role=caller.role, own=own, drawerless=drawerless)
    blocked = blocking(order_id)
    waits = {"blocked_by": blocked.id if blocked else None, "detail": blocked.told if blocked else None}
    listed = [{"kind": one.kind, "allowed": one.allowed, "reason": one.reason or None, **waits} for one in actions]
    return answer({"actions": listed})


@router.get("/{order_id}/history", response=PageOut[StatusChangeOut])
def read_history(request: TerminalRequest, order_id: Id) -> HttpResponse:
    """Every command that took effect on the order, oldest first, whole."""
    order = described(order_id)
    if order is None or order.store_id != request.auth.store_id:
        raise no_order(order_id)
    return answer({"items": history(order_id), "next_cursor": None})


@router.get("/{order_id}/shipment-status", response=ShipmentStatusOut)
def read_shipment_status(request: TerminalRequest, order_id: Id) -> HttpResponse:
    """How much of each line was handed over."""
    order = order_by_id(request.auth.store_id, order_id)
    if order is None:
        raise no_order(order_id)
    return answer(_shipment_status(order))


def _shipment_status(order: Mapping[str, Any]) -> dict[str, Any]:
    lines = order["lines"]
    found = Shipment(
        [ShippedLine(line["quantity"], line["shipped_quantity"], line["cancelled_quantity"]) for line in lines]
    )
    return {
        "order_id": order["id"],
        "order_number": order["number"],
        "order_status": order["status"],
        "is_fully_shipped": found.is_full,
        "is_partially_shipped": found.is_partial,
        "shipped_item_count": sum(line.is_fully_shipped for line in found.lines),
        "total_item_count": len(found.lines),
        "total_shipped_units": found.shipped,
        "total_ordered_units": found.ordered,
        "items": [_item(line, shipped) for line, shipped in zip(lines, found.lines, strict=True)],
    }


def _item(line: Mapping[str, Any], shipped: ShippedLine) -> dict[str, Any]:
    return {
        "item_id": line["id"],
        "product_name": line["name"],
        "quantity": shipped.quantity,
        "shipped_quantity": shipped.shipped,
        "cancelled_quantity": shipped.cancelled,
        "remaining_quantity": shipped.remaining,
        "is_fully_shipped": shipped.is_fully_shipped,
    }
