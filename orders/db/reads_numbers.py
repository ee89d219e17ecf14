"""Every invoice number that was ever fetched, and what became of it: for an auditor."""

from collections.abc import Iterator
from typing import Any

from inventory.db.reads import dicts
from orders.core.series import Gaps

PAGE = 1_000

# In the order in which they came, a page at a time: no transaction stays open while somebody reads slowly.
_PAGE = """
    SELECT number.id, store.code AS store, number.number, number.state, number.fetched_at, number.refill_id AS refill,
        number.assigned_at, "order".number AS order_number, number.order_id, "order".status AS order_status,
        "order".payment_status, number.posted_at, booked.sale AS accounting_reference, booked.credit_notes,
        number.voided_at, number.voided_by, number.void_reason
    FROM orders_invoicenumber AS number
    JOIN inventory_store AS store ON store.id = number.store_id
    LEFT JOIN orders_order AS "order" ON "order".id = number.order_id
    LEFT JOIN LATERAL (
        SELECT max(accounting_reference) FILTER (WHERE kind = 'sale') AS sale,
            string_agg(accounting_reference, ' ' ORDER BY seq)
                FILTER (WHERE kind IN ('cancellation', 'return')) AS credit_notes
        FROM orders_journalentry WHERE order_id = number.order_id
    ) AS booked ON true
    WHERE number.id > %(after)s AND (%(store_id)s::bigint IS NULL OR number.store_id = %(store_id)s)
    ORDER BY number.id LIMIT %(limit)s
"""

COLUMNS = (
    "store", "number", "missing_before", "state", "fetched_at", "refill", "assigned_at", "order_number", "order_id",
    "order_status", "payment_status", "posted_at", "accounting_reference", "credit_notes", "voided_at", "voided_by",
    "void_reason",
)  # fmt: skip


def pages_of_numbers(store_id: int | None) -> Iterator[list[list[Any]]]:
    """Rows of COLUMNS, a page at a time; of all stores without a store.

    `missing_before`: how many numbers of its series lie between this one and the highest before it.
    """
    gaps: dict[str, Gaps] = {}
    after = 0
    while page := dicts(_PAGE, {"after": after, "store_id": store_id, "limit": PAGE}):
        after = page[-1]["id"]
        for row in page:
            row["missing_before"] = gaps.setdefault(row["store"], Gaps()).missing_before(row["number"])
        yield [[row[name] for name in COLUMNS] for row in page]
