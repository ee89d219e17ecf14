"""The operators' windows on stock. Importing them is what registers them."""

from inventory.admin import catalogue, low_stock, shortfalls, stock, taxes

__all__ = ["catalogue", "low_stock", "shortfalls", "stock", "taxes"]
