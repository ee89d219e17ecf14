"""The operators' windows on orders, commands, money and invoice numbers. Importing them is what registers them."""

from orders.admin import audit, commands, invoices, money, online, orders, repairs, terminals

__all__ = ["audit", "commands", "invoices", "money", "online", "orders", "repairs", "terminals"]
