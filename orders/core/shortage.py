"""Refusals for lack of stock, with what a cashier can tell the customer."""

from collections.abc import Iterable, Mapping
from typing import Any

from inventory.core.levels import Level, Stock
from orders.core.order import Line
from orders.core.outcomes import Code, Rejection
from orders.core.world import World


def insufficient_lines(short: Iterable[Line], *, lines: Iterable[Line], world: World) -> Rejection:
    """Names each SKU that lacks stock once, with what the whole order asks of it."""
    wanted: dict[tuple[str, int], int] = {(line.sku, line.product_id): 0 for line in short}
    for line in lines:
        if (line.sku, line.product_id) in wanted:
            wanted[line.sku, line.product_id] += line.remaining
    return stock_insufficient(wanted, world=world)


def stock_insufficient(wanted: Mapping[tuple[str, int], int], *, world: World, asked: Stock | None = None) -> Rejection:
    """`wanted`: (SKU, product id) -> quantity asked for. `asked`: the levels that were asked for it; default: all.

    Who holds the rest is added by orders.db.explain.
    """
    rows = [
        _row(sku, requested, (asked or world.stock).get(product_id, ()), world.stock.get(product_id, ()), world)
        for (sku, product_id), requested in wanted.items()
    ]
    named = ", ".join(f"{row['sku']}: {row['requested']} asked for, {row['available']} available" for row in rows)
    return Rejection(code=Code.STOCK_INSUFFICIENT, detail=f"Not enough stock. {named}.", lines=rows)


def _row(sku: str, requested: int, asked: Iterable[Level], levels: Iterable[Level], world: World) -> dict[str, Any]:
    codes = {location.id: location.code for location in world.locations}
    asked = list(asked)
    return {
        "sku": sku,
        "requested": requested,
        "available": sum(level.available for level in asked),
        "on_hand": sum(level.on_hand for level in asked),
        "locations": [
            {"location": codes[level.key[1]], "on_hand": level.on_hand, "available": level.available}
            for level in levels
        ],
    }
