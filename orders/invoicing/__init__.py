"""Where a sale's invoice number comes from: the functions that INVOICE_NUMBER_GENERATOR may name.

A shop's own function has the shape of `port.NumberGenerator`.
"""

from orders.invoicing.db.numbers import take_free as from_pool
from orders.invoicing.db.sequence import next_numbers as from_sequence

__all__ = ["from_pool", "from_sequence"]
