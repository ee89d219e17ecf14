"""What PostgreSQL must guarantee about stock."""

from inventory.models.reports import LowStock, Shortfall
from inventory.models.stock import Hold, Location, Product, StockLevel, StockMovement
from inventory.models.stores import Store, Tax, TaxRate
from inventory.models.words import (
    changed_at,
    changed_in,
    changed_index,
    changed_later_at,
    changed_later_in,
    changed_later_index,
    choices,
    known,
)

__all__ = [
    "Hold",
    "Location",
    "LowStock",
    "Product",
    "Shortfall",
    "StockLevel",
    "StockMovement",
    "Store",
    "Tax",
    "TaxRate",
    "changed_at",
    "changed_in",
    "changed_index",
    "changed_later_at",
    "changed_later_in",
    "changed_later_index",
    "choices",
    "known",
]
