"""Tryton 8.2 as the accounting system, over its JSON-RPC. What it needs there: docs/accounting.md."""

from orders.accounting.tryton.adapter import TrytonAccounting

__all__ = ["TrytonAccounting"]
