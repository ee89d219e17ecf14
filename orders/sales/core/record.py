"""Recording: goods that the customer has already, and no figure knows of, are booked as found before they are sold."""

from collections.abc import Iterable

from inventory.core.levels import Tally
from inventory.core.movements import MovementKind
from orders.commands.core.holds import Held
from orders.commands.core.order import Line, Order
from orders.commands.core.results import RecordedStock
from orders.commands.core.rule import Shortfall, World

SHORTFALL = "shortfall"
"""The reason that the ledger gives."""


def record_missing(order: Order, lines: Iterable[Line], tally: Tally, world: World) -> list[Shortfall]:
    """Book as found what these lines lack beyond what the order holds; each product once, at its first location."""
    asked: dict[tuple[int, str], int] = {}
    holds = Held(order.holds, of=lambda hold: hold.line_id)
    for line in lines:
        held = holds.quantity(line.id)
        asked[line.product_id, line.sku] = asked.get((line.product_id, line.sku), 0) + max(0, line.remaining - held)
    shortfalls = []
    for (product_id, sku), quantity in asked.items():
        if quantity and not tally.serves(product_id, quantity):
            shortfalls.append(_book(product_id, sku, quantity, tally, world))
    return shortfalls


def _book(product_id: int, sku: str, quantity: int, tally: Tally, world: World) -> Shortfall:
    """As much as is missing; where goods are not taken from several locations together, as much as the first lacks."""
    first = tally.first_level(product_id)
    key = first.key if first else (product_id, world.location_id(None))
    lacking = quantity - (first.available if first else 0)
    missing = quantity - tally.available(product_id)
    found = missing if missing > 0 else lacking
    tally.put(key, MovementKind.ADJUST, found)
    if not tally.serves(product_id, quantity):
        tally.put(key, MovementKind.ADJUST, lacking - found)
        found = lacking
    return Shortfall(sku=sku, key=key, quantity=found)


def told(shortfalls: Iterable[Shortfall], world: World) -> list[RecordedStock]:
    codes = {location.id: location.code for location in world.locations}
    return [RecordedStock(one.sku, one.quantity, codes[one.key[1]]) for one in shortfalls]
