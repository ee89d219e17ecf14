"""Returning: goods that were handed over come back, to stock or as damaged, and are refunded if they were paid for."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Line, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Condition, Return, ReturnLine
from orders.commands.core.refusals import refuse_by_goods, refuse_by_state
from orders.commands.core.results import NotReturnable, TakenBack
from orders.commands.core.rule import Applied, World
from orders.commands.core.tenders import EntryKind
from orders.payments.core.refund import refunded


def take_back(order: Order, command: Command, payload: Return, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RETURN):
        return refusal
    lines, names = {line.id: line for line in order.lines}, _by_name(order.lines)
    if missing := [row for row in payload.lines if _name(row) not in names]:
        return Rejection(
            code=Code.LINE_NOT_FOUND,
            detail=f"The order has no line {missing[0].line_id or missing[0].sku}.",
            lines=missing,
        )
    if refusal := refuse_by_goods(order, Kind.RETURN):
        return replace(refusal, lines=[NotReturnable(row, 0) for row in payload.lines])
    tally = world.tally()
    skipped = []
    for row in payload.lines:
        parts = _spread(row, names[_name(row)], lines)
        if isinstance(parts, Rejection):
            return parts
        for line, quantity in parts:
            lines[line.id] = replace(line, returned=line.returned + quantity)
            if line.tracks_stock and not line.skipped and tally.counts(line.product_id):
                key = (line.product_id, world.location_id(payload.location))
                tally.put(key, MovementKind.RETURN_IN, quantity)
                if row.condition is Condition.DAMAGED:
                    tally.put(key, MovementKind.DAMAGED, -quantity)
            else:
                skipped.append(line.sku)
    back = refunded(
        replace(order, lines=tuple(lines.values())),
        before=order,
        refund_to=payload.refund_to,
        kind=EntryKind.RETURN,
        world=world,
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
        takes_number=order.is_paid,
        reason=payload.reason,
        result=TakenBack(back.told(), back.rounding_minor, _came_back(order, after), list(dict.fromkeys(skipped))),
    )


def _came_back(before: Order, after: Order) -> dict[UUID, int]:
    return {
        line.id: line.returned - was.returned
        for was, line in zip(before.lines, after.lines, strict=True)
        if line.returned != was.returned
    }


def _by_name(lines: Iterable[Line]) -> dict[str, deque[UUID]]:
    """The lines that a row may name by their ids or SKUs, the order's first line first."""
    names: dict[str, deque[UUID]] = {}
    for line in lines:
        names.setdefault(f"sku {line.sku}", deque()).append(line.id)
        names[f"line {line.id}"] = deque([line.id])
    return names


def _name(row: ReturnLine) -> str:
    return f"line {row.line_id}" if row.line_id else f"sku {row.sku}"


def _spread(row: ReturnLine, named: deque[UUID], lines: dict[UUID, Line]) -> list[tuple[Line, int]] | Rejection:
    """How much of each line that a row names comes back; what has come back altogether is named no more."""
    left, parts = row.quantity, []
    while left and named:
        line = lines[named[0]]
        if part := min(left, line.returnable):
            parts.append((line, part))
            left -= part
        if part == line.returnable:
            named.popleft()
    if left:
        returnable = row.quantity - left
        return Rejection(
            code=Code.QUANTITY_EXCEEDS_REMAINING,
            detail=f"{row.quantity} asked for, {returnable} can come back.",
            lines=[NotReturnable(row, returnable)],
        )
    return parts
