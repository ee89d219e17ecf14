"""What must be on the shelves before the day begins."""

from collections import Counter

from project.demo.day.day import Day, Sale, WriteOff

SCARCE_SKUS = 10


def opening_stock(day: Day, *, scarce: bool) -> dict[str, int]:
    """Units per stock-tracked SKU: all that the day sells and writes off; of the most sold half of that if `scarce`."""
    tracked = {product.sku for product in day.products if product.tracks_stock}
    sold = units_sold(day)
    needed = sold + units_written_off(day)
    halved = set(most_sold(sold, tracked)) if scarce else set()
    stock = {sku: units // 2 if sku in halved else units for sku, units in needed.items() if sku in tracked}
    return {sku: units for sku, units in stock.items() if units}


def most_sold(sold: Counter[str], tracked: set[str]) -> list[str]:
    """The ten most-sold SKUs; the alphabet decides a tie."""
    ranked = sorted(tracked & sold.keys(), key=lambda sku: (-sold[sku], sku))
    return ranked[:SCARCE_SKUS]


def units_sold(day: Day) -> Counter[str]:
    units: Counter[str] = Counter()
    for slip in day.slips:
        for step in slip.steps:
            if isinstance(step, Sale):
                for line in step.lines:
                    units[line.sku] += line.quantity
    return units


def units_written_off(day: Day) -> Counter[str]:
    units: Counter[str] = Counter()
    for slip in day.slips:
        for step in slip.steps:
            if isinstance(step, WriteOff):
                units[step.sku] += step.quantity
    return units
