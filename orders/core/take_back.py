"""Returning: goods that were handed over come back, to stock or as damaged, and are refunded if they were paid for."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from inventory.core.movements import MovementKind
from orders.core.changes import Applied
from orders.core.machine import Kind, Status
from orders.core.order import Command, Line, Order
from orders.core.outcomes import Code, Rejection
from orders.core.refund import refunded
from orders.core.refusals import refuse_by_state
from orders.core.tenders import EntryKind
from orders.core.world import World

DAMAGED = "damaged"


def take_back(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RETURN):
        return refusal
    lines = {line.id: line for line in order.lines}
    if missing := [row for row in command.payload["lines"] if not _named(row, order.lines)]:
        return Rejection(
            code=Code.LINE_NOT_FOUND,
            detail=f"The order has no line {missing[0]['line_id'] or missing[0]['sku']}.",
            lines=[dict(row) for row in missing],
        )
    tally = world.tally()
    location = command.payload.get("location")
    skipped = []
    for row in command.payload["lines"]:
        parts = _spread(row, lines)
        if isinstance(parts, Rejection):
            return parts
        for line, quantity in parts:
            lines[line.id] = replace(line, returned=line.returned + quantity)
            if line.tracks_stock and not line.skipped and tally.counts(line.product_id):
                key = (line.product_id, world.location_id(location))
                tally.put(key, MovementKind.RETURN_IN, quantity)
                if row["condition"] == DAMAGED:
                    tally.put(key, MovementKind.DAMAGED, -quantity)
            else:
                skipped.append(line.sku)
    reason = command.payload.get("reason") or ""
    back = refunded(
        replace(order, lines=tuple(lines.values())),
        refund_to=command.payload.get("refund_to"),
        kind=EntryKind.RETURN,
        new_id=world.new_id,
    )
    if isinstance(back, Rejection):
        return back
    nothing_left = all(line.returned == line.quantity - line.cancelled for line in lines.values())
    after = replace(back.order, status=Status.RETURNED if nothing_left else order.status)
    return Applied(
        order=after,
        levels=tally.levels,
        stock_moved=tally.moved(),
        money_moved=back.money_moved,
        entries=back.entries,
        day=world.day_of(command),
        reason=reason,
        result={**back.result(), "skipped": list(dict.fromkeys(skipped))},
    )


def _spread(row: dict[str, Any], lines: dict[UUID, Line]) -> list[tuple[Line, int]] | Rejection:
    """The lines that a row of the request names, first line first, and how much of each comes back."""
    left, parts = row["quantity"], []
    for line in _named(row, lines.values()):
        if part := min(left, line.shipped - line.returned):
            parts.append((line, part))
            left -= part
    if left:
        returnable = row["quantity"] - left
        return Rejection(
            code=Code.QUANTITY_EXCEEDS_REMAINING,
            detail=f"{row['quantity']} asked for, {returnable} can come back.",
            lines=[{**row, "remaining": returnable}],
        )
    return parts


def _named(row: dict[str, Any], lines: Iterable[Line]) -> list[Line]:
    if row.get("line_id"):
        return [line for line in lines if line.id == UUID(row["line_id"])]
    return [line for line in lines if line.sku == row["sku"]]
