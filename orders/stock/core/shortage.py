"""Refusals for lack of stock, with what a cashier can tell the customer."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from inventory.core.levels import Level, Stock
from orders.commands.core.order import Line
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.results import Lacking, There
from orders.commands.core.rule import World

Wanted: TypeAlias = Mapping[tuple[str, int], int]
"""(SKU, product id) -> quantity"""


def insufficient_lines(short: Iterable[Line], *, lines: Iterable[Line], world: World) -> Rejection:
    """Names each SKU that lacks stock once, with what the whole order asks of it."""
    wanted: dict[tuple[str, int], int] = {(line.sku, line.product_id): 0 for line in short}
    for line in lines:
        if (line.sku, line.product_id) in wanted:
            wanted[line.sku, line.product_id] += line.remaining
    return stock_insufficient(wanted, world=world)


def stock_insufficient(wanted: Wanted, asked: Stock | None = None, *, world: World) -> Rejection:
    """`asked`: the levels that were asked for it; default: all.

    Who holds the rest is added by orders.journal.db.explain.
    """
    rows = _rows(wanted, asked or world.stock, world)
    named = ", ".join(f"{row.sku}: {row.requested} asked for, {row.available} available" for row in rows)
    return Rejection(code=Code.STOCK_INSUFFICIENT, detail=f"Not enough stock. {named}.", lines=rows)


def less_than_reserved(counted: Wanted, asked: Stock, *, world: World) -> Rejection:
    """`asked`: the levels that were counted."""
    rows = _rows(counted, asked, world)
    named = ", ".join(f"{row.sku}: {row.on_hand - row.available} are reserved, {row.requested} counted" for row in rows)
    detail = f"Fewer were counted than are reserved. {named}."
    return Rejection(code=Code.STOCK_INSUFFICIENT, detail=detail, lines=rows)


def _rows(wanted: Wanted, asked: Stock, world: World) -> list[Lacking]:
    return [
        _row(sku, requested, asked.get(product_id, ()), world.stock.get(product_id, ()), world)
        for (sku, product_id), requested in wanted.items()
    ]


def _row(sku: str, requested: int, asked: Iterable[Level], levels: Iterable[Level], world: World) -> Lacking:
    codes = {location.id: location.code for location in world.locations}
    asked = list(asked)
    return Lacking(
        sku=sku,
        requested=requested,
        available=sum(level.available for level in asked),
        on_hand=sum(level.on_hand for level in asked),
        locations=[There(codes[level.key[1]], level.on_hand, level.available) for level in levels],
    )
