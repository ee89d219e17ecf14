"""The pool of invoice numbers as the outside sees it."""

from typing import Any

from inventory.db.reads import dicts, first

_COUNTS = """
    SELECT count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'assigned') AS assigned,
        count(*) FILTER (WHERE state = 'posted') AS posted, count(*) FILTER (WHERE state = 'void') AS void
    FROM orders_invoicenumber WHERE store_id = %s
"""

_LAST_REFILL = """
    SELECT count, requested_at, stored_at, attempts, nullif(last_error, '') AS error
    FROM orders_invoicerefill WHERE store_id = %s ORDER BY requested_at DESC LIMIT 1
"""


def invoice_pool(store_id: int) -> dict[str, Any]:
    return {**dicts(_COUNTS, (store_id,))[0], "last_refill": first(_LAST_REFILL, (store_id,))}
