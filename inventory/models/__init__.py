"""What PostgreSQL must guarantee about stock."""

from inventory.models.reports import LowStock, Shortfall
from inventory.models.stock import Hold, Location, Product, StockLevel, StockMovement
from inventory.models.stores import Store, Tax, TaxRate
from inventory.models.words import choices, known

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
    "choices",
    "known",
]
