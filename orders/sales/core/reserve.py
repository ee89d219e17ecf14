"""Reserving: every line of a draft is held, all or nothing, for a time or until released."""

from dataclasses import replace

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Reserve
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.results import Reserved
from orders.commands.core.rule import Applied, World
from orders.sales.core.goods import awaited_until, backordered, backordered_since, hold_lines


def reserve(order: Order, payload: Reserve, world: World) -> Applied | Rejection:
    if refusal := refuse_by_state(order, Kind.RESERVE):
        return refusal
    expires_at = world.expiry(payload.expires_in_s)
    tally = world.tally()
    goods = hold_lines(
        order,
        tally,
        world,
        skip_missing=payload.skip_missing,
        shortage=payload.shortage,
        expires_at=expires_at,
    )
    if isinstance(goods, Rejection):
        return goods
    after = replace(
        order,
        status=Status.PROCESSING,
        lines=goods.lines,
        holds=goods.holds,
        hold_expired_at=None,
        hold_extended_at=None,
        backordered_at=backordered_since(order, goods.lines, now=world.now),
        awaits_until=awaited_until(goods.lines, expires_at),
    )
    return Applied(
        order=after,
        levels=tally.levels,
        stock_moved=tally.moved(),
        result=Reserved(expires_at=expires_at, skipped=goods.skipped, backordered=backordered(goods.lines)),
    )
