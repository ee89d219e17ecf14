"""Fulfilling: some or all of what remains of a shipment leaves the locations that hold it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Fulfill, ShipLine
from orders.commands.core.refusals import refuse_by_goods, refuse_by_state
from orders.commands.core.results import Shipped, TooMany
from orders.commands.core.rule import Applied, World
from orders.sales.core.goods import backordered_since, ship
from orders.stock.core.shortage import insufficient_lines


def fulfill(order: Order, payload: Fulfill, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.FULFILL):
        return refusal
    quantities = _quantities(order, payload.lines)
    if isinstance(quantities, Rejection):
        return quantities
    if refuse_by_goods(order, Kind.FULFILL):
        awaiting = [line for line in order.lines if line.backordered and line.id in quantities]
        return insufficient_lines(awaiting, lines=order.lines, world=world)
    tally = world.tally()
    goods = ship(order, tally, world, quantities=quantities, only_held=True)
    if isinstance(goods, Rejection):
        return goods
    shipped = all(line.remaining == 0 for line in goods.lines)
    return Applied(
        order=replace(
            order,
            status=Status.SHIPPED if shipped else Status.PARTIALLY_SHIPPED,
            lines=goods.lines,
            # What is being shipped cannot be released any more: the rest of it no longer lapses.
            holds=tuple(replace(hold, expires_at=None) for hold in goods.holds),
            backordered_at=backordered_since(order, goods.lines, now=world.now),
            awaits_until=None,
        ),
        levels=tally.levels,
        stock_moved=tally.moved(),
        result=Shipped(goods.skipped),
    )


def _quantities(order: Order, wanted: Sequence[ShipLine] | None) -> dict[UUID, int] | Rejection:
    """Line id -> quantity to ship; where nothing is named all that remains, except what stock is awaited for."""
    if wanted is None:
        return {line.id: line.shippable for line in order.lines}
    remaining = {line.id: line.remaining for line in order.lines}
    quantities: dict[UUID, int] = {}
    for row in wanted:
        line_id = row.line_id
        if line_id not in remaining:
            return Rejection(code=Code.LINE_NOT_FOUND, detail=f"The order has no line {line_id}.", lines=[row])
        # A line named without a quantity means all that remains of it.
        quantity = row.quantity if row.quantity is not None else remaining[line_id]
        quantities[line_id] = quantities.get(line_id, 0) + quantity
    for line_id, quantity in quantities.items():
        if quantity > remaining[line_id] or quantity == 0:
            return Rejection(
                code=Code.QUANTITY_EXCEEDS_REMAINING,
                detail=f"{quantity} asked for, {remaining[line_id]} remaining.",
                lines=[TooMany(line_id, quantity, remaining[line_id])],
            )
    return quantities
