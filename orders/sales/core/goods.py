"""The goods of an order, moved through a tally: held, handed over, shipped, dropped, put back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from inventory.core.levels import Share, Tally
from orders.commands.core.holds import Held
from orders.commands.core.order import Hold, Line, Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import OnShortage
from orders.commands.core.results import AwaitedLine
from orders.commands.core.rule import Shortfall, World
from orders.sales.core.record import record_missing
from orders.stock.core.shortage import insufficient_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Lines and holds after the movement, the SKUs that no level counts, and what was booked as found."""

    lines: tuple[Line, ...]
    holds: tuple[Hold, ...]
    skipped: list[str]
    shortfalls: list[Shortfall] = field(default_factory=list)


def hold_lines(
    order: Order,
    tally: Tally,
    world: World,
    *,
    skip_missing: bool,
    shortage: OnShortage,
    expires_at: datetime | None,
) -> Goods | Rejection:
    """Hold every line, all or nothing; with `shortage` backorder what is there, and the rest is waited for."""
    lines, holds, skipped, short = [], list(order.holds), [], []
    for line in order.lines:
        shares: tuple[Share, ...] | None = ()
        backordered = 0
        line = _as_counted(line, tally, skip_missing=skip_missing)
        if _is_skipped(line):
            skipped.append(line.sku)
        elif (shares := tally.hold(line.product_id, line.remaining)) is None:
            if shortage is OnShortage.BACKORDER:
                shares = hold_what_is_there(tally, line.product_id, line.remaining)
                backordered = line.remaining - sum(share.quantity for share in shares)
            else:
                short.append(line)
        holds += new_holds(shares or (), line, expires_at=expires_at, new_id=world.new_id)
        lines.append(replace(line, backordered=backordered) if backordered else line)
    if short:
        return insufficient_lines(short, lines=order.lines, world=world)
    return Goods(lines=tuple(lines), holds=tuple(holds), skipped=_once(skipped))


def hold_what_is_there(tally: Tally, product_id: int, quantity: int) -> tuple[Share, ...]:
    there = tally.at_most(product_id, quantity)
    return tally.hold(product_id, there) or () if there > 0 else ()


def new_holds(
    shares: Iterable[Share], line: Line, *, expires_at: datetime | None, new_id: Callable[[], UUID]
) -> Iterable[Hold]:
    for share in shares:
        yield Hold(id=new_id(), key=share.key, line_id=line.id, quantity=share.quantity, expires_at=expires_at)


def ship(
    order: Order,
    tally: Tally,
    world: World,
    *,
    quantities: Mapping[UUID, int],
    skip_missing: bool = False,
    only_held: bool = False,
    shortage: OnShortage = OnShortage.REJECT,
) -> Goods | Rejection:
    """Hand over the given quantity of each line: from its holds first, the rest from what is available, unless
    `only_held`: what is available is held for those who wait for it, the longest waiting first. With `shortage` record
    nothing is lacking: what is, is booked as found."""
    lines, skipped, short = [], [], []
    holds = Held(order.holds, of=_line_of)
    before = [_as_counted(line, tally, skip_missing=skip_missing) for line in order.lines]
    counted = [line for line in before if not _is_skipped(line)]
    shortfalls = record_missing(order, counted, tally, world) if shortage is OnShortage.RECORD else []
    for line in before:
        if not (quantity := quantities.get(line.id, 0)):
            lines.append(line)
            continue
        unheld = holds.use(line.id, quantity, tally.consume)
        if _is_skipped(line):
            skipped.append(line.sku)
        elif unheld and (only_held or not tally.debit(line.product_id, unheld)):
            short.append(line)
        left = replace(line, shipped=line.shipped + quantity)
        lines.append(replace(left, backordered=min(line.backordered, left.remaining)))
    if short:
        return insufficient_lines(short, lines=order.lines, world=world)
    return Goods(lines=tuple(lines), holds=holds.left(), skipped=_once(skipped), shortfalls=shortfalls)


def backordered_since(order: Order, lines: Iterable[Line], *, now: datetime) -> datetime | None:
    """When the order began to wait for stock; None where it waits for nothing."""
    return (order.backordered_at or now) if any(line.backordered for line in lines) else None


def awaited_until(lines: Iterable[Line], end: datetime | None) -> datetime | None:
    """When an unpaid order stops waiting for stock: where nothing is held for it, nothing else would tell."""
    return end if any(line.backordered for line in lines) else None


def backordered(lines: Iterable[Line]) -> list[AwaitedLine]:
    """What the order waits for, as its terminal sees it."""
    return [AwaitedLine(line.id, line.sku, line.backordered) for line in lines if line.backordered]


def drop_holds(order: Order, tally: Tally) -> None:
    for hold in order.holds:
        tally.drop(hold.key, hold.quantity)


def _as_counted(line: Line, tally: Tally, *, skip_missing: bool) -> Line:
    """A line that no level counts is skipped where the command says so, and stays skipped from then on."""
    return replace(line, skipped=True) if skip_missing and not tally.counts(line.product_id) else line


def _is_skipped(line: Line) -> bool:
    return line.skipped or not line.tracks_stock


def _line_of(hold: Hold) -> UUID:
    return hold.line_id


def _once(skus: list[str]) -> list[str]:
    return list(dict.fromkeys(skus))
