"""The goods of an order, moved through a tally: held, handed over, shipped, dropped, put back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import Stock
from inventory.core.tally import Tally
from orders.core.order import Hold, Line, Order
from orders.core.outcomes import Code, Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Lines and holds after the movement, and the SKUs that no level counts."""

    lines: tuple[Line, ...]
    holds: tuple[Hold, ...]
    skipped: list[str]


def hold_lines(
    order: Order,
    tally: Tally,
    *,
    stock: Stock,
    skip_missing: bool,
    expires_at: datetime | None,
    new_id: Callable[[], UUID],
) -> Goods | Rejection:
    """Hold every line that is not held yet, all or nothing."""
    holds, skipped, short = list(order.holds), [], []
    held = _held_by_line(order.holds)
    for line in order.lines:
        if (wanted := line.remaining - held.get(line.id, 0)) <= 0:
            continue
        if _is_skipped(line, tally, skip_missing=skip_missing):
            skipped.append(line.sku)
        elif shares := tally.hold(line.product_id, wanted):
            holds += (
                Hold(
                    id=new_id(),
                    key=share.key,
                    line_id=line.id,
                    quantity=share.quantity,
                    expires_at=expires_at,
                )
                for share in shares
            )
        else:
            short.append(line)
    if short:
        return insufficient(short, lines=order.lines, stock=stock)
    return Goods(lines=order.lines, holds=tuple(holds), skipped=_once(skipped))


def ship(
    order: Order, tally: Tally, *, quantities: Mapping[UUID, int], stock: Stock, skip_missing: bool
) -> Goods | Rejection:
    """Hand over the given quantity of each line: from its holds first, the rest from what is available."""
    lines, holds, skipped, short = [], list(order.holds), [], []
    for line in order.lines:
        if not (quantity := quantities.get(line.id, 0)):
            lines.append(line)
            continue
        lines.append(replace(line, shipped=line.shipped + quantity))
        unheld, holds = _consume(holds, line, quantity, tally) if holds else (quantity, holds)
        if _is_skipped(line, tally, skip_missing=skip_missing):
            skipped.append(line.sku)
        elif unheld and not tally.debit(line.product_id, unheld):
            short.append(line)
    if short:
        return insufficient(short, lines=order.lines, stock=stock)
    return Goods(lines=tuple(lines), holds=tuple(holds), skipped=_once(skipped))


def drop_holds(order: Order, tally: Tally) -> None:
    for hold in order.holds:
        tally.drop(hold.key, hold.quantity)


def insufficient(short: Iterable[Line], *, lines: Iterable[Line], stock: Stock) -> Rejection:
    """Names each SKU that lacks stock once, with what the whole order asks of it."""
    wanted: dict[tuple[str, int], int] = {(line.sku, line.product_id): 0 for line in short}
    for line in lines:
        if (line.sku, line.product_id) in wanted:
            wanted[line.sku, line.product_id] += line.remaining
    return stock_insufficient(wanted, stock=stock)


def stock_insufficient(wanted: Mapping[tuple[str, int], int], *, stock: Stock) -> Rejection:
    """`wanted`: (SKU, product id) -> quantity asked for."""
    rows: list[dict[str, Any]] = []
    for (sku, product_id), requested in wanted.items():
        levels = stock.get(product_id, ())
        available = sum(level.available for level in levels)
        on_hand = sum(level.on_hand for level in levels)
        rows.append({"sku": sku, "requested": requested, "available": available, "on_hand": on_hand})
    named = ", ".join(f"{row['sku']}: {row['requested']} asked for, {row['available']} available" for row in rows)
    return Rejection(code=Code.STOCK_INSUFFICIENT, detail=f"Not enough stock. {named}.", lines=rows)


def _is_skipped(line: Line, tally: Tally, *, skip_missing: bool) -> bool:
    return not line.tracks_stock or (skip_missing and not tally.counts(line.product_id))


def _held_by_line(holds: Iterable[Hold]) -> dict[UUID, int]:
    held: dict[UUID, int] = {}
    for hold in holds:
        held[hold.line_id] = held.get(hold.line_id, 0) + hold.quantity
    return held


def _consume(holds: list[Hold], line: Line, quantity: int, tally: Tally) -> tuple[int, list[Hold]]:
    """Use up the line's holds for `quantity`; returns what they do not cover, and the holds that are left."""
    left = []
    for hold in holds:
        if hold.line_id != line.id or not quantity:
            left.append(hold)
            continue
        used = min(hold.quantity, quantity)
        tally.consume(hold.key, used)
        quantity -= used
        if used < hold.quantity:
            left.append(replace(hold, quantity=hold.quantity - used))
    return quantity, left


def _once(skus: list[str]) -> list[str]:
    return list(dict.fromkeys(skus))
