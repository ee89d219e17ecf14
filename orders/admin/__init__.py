"""The operators' windows on orders, commands, money and invoice numbers. Importing them is what registers them."""

from orders.admin import commands, invoices, money, online, orders, repairs, terminals

__all__ = ["commands", "invoices", "money", "online", "orders", "repairs", "terminals"]
