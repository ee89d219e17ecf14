"""Importing: many quantities on hand are taken over at once. Each row stands for itself and has its own answer.

A row is refused where the store lacks its product or location, or where more is reserved than it says is there; one of
a product that is not counted is skipped.
"""

from collections.abc import Mapping
from typing import Any

from inventory.core.movements import MovementKind
from inventory.core.tally import Tally
from orders.core.changes import Applied
from orders.core.order import Command
from orders.core.world import World

SET = "set"
SKIPPED = "skipped"
REFUSED = "refused"
_WORDS = (SET, SKIPPED, REFUSED)


def import_stock(command: Command, world: World) -> Applied:
    tally = world.tally()
    rows = [_import_row(index, raw, tally, world) for index, raw in enumerate(command.payload["items"])]
    return Applied(
        order=None,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=command.payload.get("reason") or "",
        reference=command.payload.get("reference") or "",
        result={"items": rows, "counts": {word: sum(row["status"] == word for row in rows) for word in _WORDS}},
    )


def _import_row(index: int, raw: Mapping[str, Any], tally: Tally, world: World) -> dict[str, Any]:
    def answer(status: str, code: str | None = None) -> dict[str, Any]:
        return {"index": index, "sku": raw["sku"], "status": status, "code": code}

    product_id, tracks_stock = world.products.get(raw["sku"], (None, False))
    code = raw.get("location")
    if product_id is None:
        return answer(REFUSED, "product_not_found")
    if code is not None and code not in {location.code for location in world.locations}:
        return answer(REFUSED, "location_not_found")
    if not tracks_stock:
        return answer(SKIPPED, "stock_not_tracked")
    if not world.locations:
        return answer(REFUSED, "location_not_found")
    if not tally.set((product_id, world.location_id(code)), MovementKind.IMPORT, raw["quantity"]):
        return answer(REFUSED, "less_than_reserved")
    return answer(SET)
