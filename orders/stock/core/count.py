"""Counting: what is on hand is what was counted; it cannot be less than what is reserved, unless that gives way."""

from collections.abc import Sequence
from dataclasses import replace

from inventory.core.levels import Tally
from inventory.core.movements import MovementKind
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Count, StockItem
from orders.commands.core.rule import Applied, World
from orders.stock.core.items import Because, Item, at_levels, level_of, move_items
from orders.stock.core.shortage import less_than_reserved


def count(payload: Count, world: World) -> Applied | Rejection:
    def move(tally: Tally, item: Item[StockItem]) -> bool:
        return tally.set(level_of(item, world), MovementKind.SET, item.quantity)

    def refuse(failed: Sequence[Item[StockItem]], items: Sequence[Item[StockItem]]) -> Rejection:
        # The least of each level has room to give way to.
        counted = {level_of(item, world): item.quantity for item in sorted(failed, key=lambda item: -item.quantity)}
        refused = less_than_reserved(*at_levels(counted, items, world), world=world)
        levels = world.tally()
        reserved = {at: levels.level(at).reserved for at in counted}
        return replace(refused, overdrawn={at: reserved[at] - quantity for at, quantity in counted.items()})

    return move_items(payload.items, Because(payload.reason), world, move=move, refuse=refuse)
