"""Where a sale's invoice number comes from: the functions that INVOICE_NUMBER_GENERATOR may name.

A shop's own function has the shape of `port.NumberGenerator`.
"""

from orders.invoicing.pool import from_pool
from orders.invoicing.sequence import from_sequence

__all__ = ["from_pool", "from_sequence"]
