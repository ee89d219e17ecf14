"""The operators' windows on stock. Importing them is what registers them."""

from inventory.admin import catalogue, stock

__all__ = ["catalogue", "stock"]
