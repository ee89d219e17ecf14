"""Orders, their lines and their history."""

from orders.sales.models.line import OrderLine, StatusChange
from orders.sales.models.order import Order

__all__ = ["Order", "OrderLine", "StatusChange"]
