"""Reserving: every line of a draft is held, all or nothing, for a time or until released."""

from dataclasses import replace
from datetime import timedelta

from inventory.core.tally import Tally
from orders.core.changes import Applied
from orders.core.goods import hold_lines
from orders.core.machine import Kind, Status
from orders.core.order import Command, Order
from orders.core.outcomes import Rejection
from orders.core.refusals import refuse_by_state
from orders.core.world import World


def reserve(order: Order, command: Command, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RESERVE):
        return refusal
    seconds = command.payload.get("expires_in_s")
    expires_at = None if seconds is None else world.now + timedelta(seconds=seconds)
    tally = Tally(world.stock)
    goods = hold_lines(
        order,
        tally,
        stock=world.stock,
        skip_missing=command.payload.get("skip_missing", False),
        expires_at=expires_at,
        new_id=world.new_id,
    )
    if isinstance(goods, Rejection):
        return goods
    return Applied(
        order=replace(order, status=Status.PROCESSING, holds=goods.holds, hold_expired_at=None),
        levels=tally.levels,
        stock_moved=tally.moved(),
        result={"expires_at": expires_at.isoformat() if expires_at else None, "skipped": goods.skipped},
    )
