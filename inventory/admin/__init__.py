"""The operators' windows on stock. Importing them is what registers them."""

from inventory.admin import catalogue, reports, stock, stores, taxes

__all__ = ["catalogue", "reports", "stock", "stores", "taxes"]
