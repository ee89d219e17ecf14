"""Importing: many quantities on hand are taken over at once. Each row stands for itself and has its own answer.

A row is refused where the store lacks its product or location, where an earlier row was of the same level, or where
more is reserved than it says is there, unless that gives way; one of a product that is not counted is skipped.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from base.import_rows import RefusedRow, first_told, refused_row
from inventory.core.levels import LevelKey, Tally
from inventory.core.movements import MovementKind
from orders.commands.core.payloads import Import, StockItem
from orders.commands.core.results import Imported
from orders.commands.core.rule import Applied, World

SET = "set"
SKIPPED = "skipped"
REFUSED = "refused"

Verdict = tuple[str, str, str]
"""What becomes of a row, and of a refused one the code and a sentence."""


def import_stock(payload: Import, world: World) -> Applied:
    tally = world.tally()
    overdrawn: dict[LevelKey, int] = {}
    verdicts = list(_verdicts(payload.items, tally, world, overdrawn))
    counts = Counter(status for status, _, _ in verdicts)
    refused = _refused(payload.items, verdicts, payload.lines)
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=payload.reason,
        reference=payload.reference,
        overdrawn=overdrawn,
        result=Imported(
            set=counts[SET],
            skipped=counts[SKIPPED],
            refused=counts[REFUSED] + payload.misread_count,
            rows=first_told(payload.misread, refused),
        ),
    )


def _refused(
    rows: Sequence[StockItem], verdicts: Sequence[Verdict], lines: Sequence[int] | None
) -> Iterator[RefusedRow]:
    for index, (row, (status, code, detail)) in enumerate(zip(rows, verdicts, strict=True)):
        if status == REFUSED:
            yield refused_row(index, lines, sku=row.sku, code=code, detail=detail)


def _verdicts(
    rows: Sequence[StockItem], tally: Tally, world: World, overdrawn: dict[LevelKey, int]
) -> Iterator[Verdict]:
    locations = {location.code: location.id for location in world.locations}
    first = next(iter(locations), None)
    seen: set[tuple[int, str | None]] = set()
    for row in rows:
        sku, code = row.sku, row.location or first
        product_id, tracks_stock = world.products.get(sku, (None, False))
        if product_id is None:
            yield REFUSED, "product_not_found", f"The store has no product {sku}."
        elif code not in locations and (tracks_stock or code is not None):
            yield REFUSED, "location_not_found", f"The store has no location {code or 'yet'}."
        elif (product_id, code) in seen:
            yield REFUSED, "sku_repeated", f"An earlier row is of {sku} at {code} already."
        else:
            seen.add((product_id, code))
            at = (product_id, locations[code]) if code and tracks_stock else None
            yield _set(at, row, tally, overdrawn) if at else (SKIPPED, "", "")


def _set(key: LevelKey, row: StockItem, tally: Tally, overdrawn: dict[LevelKey, int]) -> Verdict:
    if tally.set(key, MovementKind.IMPORT, row.quantity):
        return SET, "", ""
    reserved = tally.level(key).reserved
    overdrawn[key] = reserved - row.quantity
    return REFUSED, "less_than_reserved", f"Of {row.sku} {reserved} are reserved there."
