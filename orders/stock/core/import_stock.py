"""Importing: many quantities on hand are taken over at once. Each row stands for itself and has its own answer.

A row is refused where the store lacks its product or location, where an earlier row was of the same level, or where
more is reserved than it says is there, unless that gives way; one of a product that is not counted is skipped.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from base.import_rows import first_told, place, told
from inventory.core.levels import LevelKey
from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command
from orders.commands.core.world import World

SET = "set"
SKIPPED = "skipped"
REFUSED = "refused"

Verdict = tuple[str, str, str]
"""What becomes of a row, and of a refused one the code and a sentence."""


def import_stock(command: Command, world: World) -> Applied:
    tally = world.tally()
    payload = command.payload
    overdrawn: dict[LevelKey, int] = {}
    verdicts = list(_verdicts(payload["items"], tally, world, overdrawn))
    counts = {word: sum(status == word for status, _, _ in verdicts) for word in (SET, SKIPPED, REFUSED)}
    counts[REFUSED] += payload.get("misread_count", 0)
    refused = _refused(payload["items"], verdicts, payload.get("lines"))
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=payload.get("reason") or "",
        reference=payload.get("reference") or "",
        overdrawn=overdrawn,
        result={"counts": counts, "rows": first_told(payload.get("misread", ()), refused)},
    )


def _refused(
    rows: Sequence[Mapping[str, Any]], verdicts: Sequence[Verdict], lines: Sequence[int] | None
) -> Iterator[dict[str, Any]]:
    for index, (raw, (status, code, detail)) in enumerate(zip(rows, verdicts, strict=True)):
        if status == REFUSED:
            yield told(**place(index, lines), sku=raw["sku"], code=code, detail=detail)


def _verdicts(
    rows: Sequence[Mapping[str, Any]], tally: Tally, world: World, overdrawn: dict[LevelKey, int]
) -> Iterator[Verdict]:
    locations = {location.code: location.id for location in world.locations}
    first = next(iter(locations), None)
    seen: set[tuple[int, str | None]] = set()
    for raw in rows:
        sku, code = raw["sku"], raw.get("location") or first
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
            yield _set(at, raw, tally, overdrawn) if at else (SKIPPED, "", "")


def _set(key: LevelKey, raw: Mapping[str, Any], tally: Tally, overdrawn: dict[LevelKey, int]) -> Verdict:
    if tally.set(key, MovementKind.IMPORT, raw["quantity"]):
        return SET, "", ""
    reserved = tally.level(key).reserved
    overdrawn[key] = reserved - raw["quantity"]
    return REFUSED, "less_than_reserved", f"Of {raw['sku']} {reserved} are reserved there."
