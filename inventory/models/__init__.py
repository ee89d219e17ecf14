"""What PostgreSQL must guarantee about stock."""

from inventory.models.reports import LowStock, Shortfall
from inventory.models.stock import Hold, Location, Product, StockLevel, StockMovement, Store, choices, known

__all__ = [
    "Hold",
    "Location",
    "LowStock",
    "Product",
    "Shortfall",
    "StockLevel",
    "StockMovement",
    "Store",
    "choices",
    "known",
]
