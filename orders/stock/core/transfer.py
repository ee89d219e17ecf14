"""Transferring: available goods are carried from one location to another."""

from collections.abc import Sequence

from inventory.core.levels import LevelKey, Tally
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import Transfer, TransferItem
from orders.commands.core.rule import Applied, World
from orders.stock.core.items import Because, Item, at_levels, move_items
from orders.stock.core.shortage import stock_insufficient


def transfer(payload: Transfer, world: World) -> Applied | Rejection:
    def source(item: Item[TransferItem]) -> LevelKey:
        return item.product_id, world.location_id(item.asked.from_location)

    def move(tally: Tally, item: Item[TransferItem]) -> bool:
        target = (item.product_id, world.location_id(item.asked.to_location))
        return tally.move(source(item), target, item.quantity)

    def refuse(failed: Sequence[Item[TransferItem]], items: Sequence[Item[TransferItem]]) -> Rejection:
        """Of each level that lacks something, all that the items together ask of it."""
        short = dict.fromkeys(map(source, failed), 0)
        for item in items:
            if item.tracks_stock and source(item) in short:
                short[source(item)] += item.quantity
        return stock_insufficient(*at_levels(short, items, world), world=world)

    return move_items(payload.items, Because(payload.reason), world, move=move, refuse=refuse)
