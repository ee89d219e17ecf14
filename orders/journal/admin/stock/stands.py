"""How a product stands: what lies where, and how much of that is held."""

from base.admin.column import quantity_of
from base.admin.tables import tables
from inventory.models import Product, StockLevel


def stands(product: Product) -> str:
    """A table; empty where it has no level."""
    levels = StockLevel.objects.filter(product=product).select_related("product", "location", "store")
    rows = [
        [
            level.location.code,
            quantity_of(level, level.on_hand),
            quantity_of(level, level.reserved),
            quantity_of(level, level.on_hand - level.reserved),
        ]
        for level in levels.order_by("location__priority", "location_id")
    ]
    return tables(("", ("location", "on hand", "held", "available"), rows))
