"""What a shop has after two years: a million sales, and some of everything that is rare, as sets of rows made by SQL.

Its books are right: the audit finds nothing. `life` is what became of an order; of each rare one there are a few in a
thousand. Columns that are not named here get their default. Statements have the number of orders as `:orders`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ORDERS = 1_000_000
PRODUCTS = 40_000
SCARCE = 100
"""Products a store that nobody has any of: orders wait for them."""
LISTED = 100_000
"""Products of the first store that nobody bought yet; they come last."""
BOUGHT = PRODUCTS + 4 * SCARCE
NUMBERS_FREE = 500
OPENING = 1_000_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Column name -> SQL, over a set."""

    table: str
    columns: Mapping[str, str]
    source: str


def uuid(number: str, *, of: int) -> str:
    """In order, like those that are made one after the other."""
    return f"('0189{of:04d}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


ORDER, COMMAND, LINE, LATER, PAYMENT, REFUND, ENTRY, REVERSAL, HOLD, CLOSING = range(1, 11)
SHIFT = 500
"""Orders of all stores that are made while a drawer is open; the last one's drawers still are."""
OF_SHIFT = uuid(f"n / {SHIFT} * 100 + (store_id - 1) * 5 + n % 5 + 1", of=CLOSING)
DRAWERLESS = 5
"""The terminal that never had a drawer: one of the first store, which sells the most."""

STORE = "CASE WHEN n / 1000 % 100 = 99 THEN 4 ELSE (ARRAY[1, 1, 1, 1, 1, 1, 1, 2, 2, 3])[n / 1000 % 10 + 1] END"
LIFE = """CASE n % 1000 WHEN 1 THEN 'draft' WHEN 2 THEN 'returned' WHEN 3 THEN 'damaged' WHEN 4 THEN 'archived'
    WHEN 5 THEN 'cancelled' WHEN 6 THEN 'held' WHEN 7 THEN 'shipped' WHEN 8 THEN 'backordered' WHEN 9 THEN 'deposit'
    WHEN 10 THEN 'rejected' ELSE CASE n % 100000 WHEN 11 THEN 'numberless' WHEN 12 THEN 'parked' ELSE 'sold' END END"""

# One row an order: its life, and what all its rows have in common.
LIVES = f"""
CREATE UNLOGGED TABLE grown AS
SELECT n, store_id, life, n % 5 AS till, at, quantity, quantity * 250 AS total,
    CASE life WHEN 'backordered' THEN {PRODUCTS} + (store_id - 1) * {SCARCE} + n / 1000 % {SCARCE} + 1
        ELSE (n * 4 + store_id - 1) % {PRODUCTS} + 1 END AS product_id,
    life IN ('sold', 'returned', 'damaged', 'shipped', 'numberless') AS paid,
    life IN ('returned', 'damaged', 'shipped', 'archived', 'cancelled') AS later,
    {uuid("n", of=ORDER)} AS order_id, {uuid("n", of=COMMAND)} AS command_id, {uuid("n", of=LATER)} AS later_id,
    CASE WHEN life IN ('shipped', 'held', 'backordered', 'deposit') THEN 'shipment' ELSE 'immediate' END AS fulfilment
FROM (
    SELECT n, {STORE} AS store_id, {LIFE} AS life,
        now() - interval '2 days' - (:orders - n) * interval '1 minute' AS at,
        CASE n % 1000 WHEN 3 THEN 2 ELSE 1 END AS quantity
    FROM generate_series(1, :orders) AS n
) AS made
"""

SALES = (
    Rows(
        "orders_order",
        {
            "id": "order_id",
            "number": "n",
            "store_id": "store_id",
            "created_by": "'till ' || till",
            "terminal_id": "(store_id - 1) * 5 + till + 1",
            "status": """CASE life WHEN 'sold' THEN 'paid' WHEN 'numberless' THEN 'paid' WHEN 'damaged' THEN 'paid'
                WHEN 'returned' THEN 'returned' WHEN 'shipped' THEN 'shipped' WHEN 'archived' THEN 'cancelled'
                WHEN 'cancelled' THEN 'cancelled' WHEN 'held' THEN 'processing' WHEN 'backordered' THEN 'processing'
                WHEN 'deposit' THEN 'processing' ELSE 'draft' END""",
            "payment_status": """CASE life WHEN 'returned' THEN 'refunded' WHEN 'damaged' THEN 'partially_refunded'
                WHEN 'deposit' THEN 'partially_paid' ELSE CASE WHEN paid THEN 'paid' ELSE 'unpaid' END END""",
            "fulfilment": "fulfilment",
            "payment_terms": "'prepaid'",
            "currency": "'GBP'",
            "total_minor": "total",
            "paid_minor": "CASE WHEN paid THEN total WHEN life = 'deposit' THEN 50 ELSE 0 END",
            "refunded_minor": "CASE WHEN life IN ('returned', 'damaged') THEN 250 ELSE 0 END",
            "reference": "CASE WHEN n % 500 = 6 THEN 'web-' || n ELSE '' END",
            "fingerprint": "'\\x00'::bytea",
            "invoice_pending": "life = 'numberless'",
            "backordered_at": "CASE WHEN life = 'backordered' THEN at END",
            "created_at": "at",
            "paid_at": "CASE WHEN paid THEN at END",
            "business_day": "CASE WHEN paid THEN (at AT TIME ZONE 'UTC')::date END",
            "archived_at": "CASE WHEN life = 'archived' THEN at + interval '1 day' END",
        },
        "grown ORDER BY n",
    ),
    Rows(
        "orders_orderline",
        {
            "id": uuid("n", of=LINE),
            "order_id": "order_id",
            "store_id": "grown.store_id",
            "product_id": "product_id",
            "position": "0",
            "sku": "sku",
            "name": "name",
            "tracks_stock": "true",
            "quantity": "quantity",
            "unit_price_minor": "250",
            "list_price_minor": "250",
            "net_minor": "250 * quantity",
            "shipped_quantity": "CASE WHEN paid THEN quantity ELSE 0 END",
            "returned_quantity": "CASE WHEN life IN ('returned', 'damaged') THEN 1 ELSE 0 END",
            "backordered_quantity": "CASE WHEN life = 'backordered' THEN 1 ELSE 0 END",
            "backordered_at": "CASE WHEN life = 'backordered' THEN at END",
        },
        "grown JOIN inventory_product ON inventory_product.id = product_id ORDER BY n",
    ),
    Rows(
        "orders_command",
        {
            "id": "command_id",
            "seq": "n",
            "store_id": "store_id",
            "terminal_id": "(store_id - 1) * 5 + till + 1",
            "issued_by": "'till ' || till",
            "key": "'sale-' || n",
            "fingerprint": "'\\x00'::bytea",
            "kind": """CASE WHEN paid OR life IN ('rejected', 'parked', 'deposit') THEN 'pay'
                WHEN life IN ('held', 'backordered') THEN 'reserve' ELSE 'cancel' END""",
            "order_id": "order_id",
            "payload": """jsonb_build_object('tenders',
                jsonb_build_array(jsonb_build_object('method', 'card', 'amount_minor', total)))""",
            "state": "CASE life WHEN 'rejected' THEN 'rejected' WHEN 'parked' THEN 'parked' ELSE 'succeeded' END",
            "outcome_code": """CASE life WHEN 'rejected' THEN 'stock_insufficient' WHEN 'parked' THEN NULL
                ELSE 'applied' END""",
            "outcome": 'CASE WHEN life <> \'parked\' THEN \'{"detail": "Applied.", "lines": []}\'::jsonb END',
            "result": """CASE WHEN paid THEN jsonb_build_object('order_status', 'paid', 'payment_status', 'paid',
                'change_minor', 0, 'skipped', '[]'::jsonb, 'invoice_number',
                CASE WHEN life <> 'numberless' THEN 'INV-' || store_id || '-' || lpad(n::text, 8, '0') END,
                'invoice_pending', life = 'numberless') END""",
            "ring_at": "at",
            "last_error": "CASE WHEN life = 'parked' THEN 'a bug' ELSE '' END",
            "accepted_at": "at",
            "settled_at": "CASE WHEN life <> 'parked' THEN at END",
            "closing_id": f"""CASE WHEN life NOT IN ('rejected', 'parked', 'held', 'backordered')
                AND n < :orders - {SHIFT} AND (store_id - 1) * 5 + till + 1 <> {DRAWERLESS} THEN {OF_SHIFT} END""",
            "sequence": "CASE WHEN n % 10000 <> 50 THEN row_number() OVER (PARTITION BY store_id, till ORDER BY n) END",
        },
        "grown WHERE life <> 'draft' ORDER BY n",
    ),
    Rows(
        "orders_command",
        {
            "id": "later_id",
            "seq": ":orders + n",
            "store_id": "store_id",
            "terminal_id": "(store_id - 1) * 5 + till + 1",
            "issued_by": "'till ' || till",
            "key": "'later-' || n",
            "fingerprint": "'\\x00'::bytea",
            "kind": "CASE life WHEN 'shipped' THEN 'fulfill' ELSE 'return' END",
            "order_id": "order_id",
            "payload": "'{}'::jsonb",
            "state": "'succeeded'",
            "outcome_code": "'applied'",
            "outcome": '\'{"detail": "Applied.", "lines": []}\'::jsonb',
            "ring_at": "at",
            "accepted_at": "at + interval '1 day'",
            "settled_at": "at + interval '1 day'",
        },
        "grown WHERE life IN ('returned', 'damaged', 'shipped') ORDER BY n",
    ),
    Rows(
        "orders_statuschange",
        {
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "command_id",
            "kind": """CASE WHEN paid OR life = 'deposit' THEN 'pay' WHEN life IN ('held', 'backordered') THEN 'reserve'
                ELSE 'cancel' END""",
            "from_status": "'draft'",
            "to_status": """CASE WHEN fulfilment = 'shipment' THEN 'processing' WHEN paid THEN 'paid'
                ELSE 'cancelled' END""",
            "terminal": "'till ' || till",
            "at": "at",
        },
        "grown WHERE life NOT IN ('draft', 'rejected', 'parked') ORDER BY n",
    ),
    Rows(
        "orders_statuschange",
        {
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "later_id",
            "kind": "CASE life WHEN 'shipped' THEN 'fulfill' ELSE 'return' END",
            "from_status": "CASE life WHEN 'shipped' THEN 'processing' ELSE 'paid' END",
            "to_status": "CASE life WHEN 'shipped' THEN 'shipped' WHEN 'returned' THEN 'returned' ELSE 'paid' END",
            "terminal": "'till ' || till",
            "at": "at + interval '1 day'",
        },
        "grown WHERE life IN ('returned', 'damaged', 'shipped') ORDER BY n",
    ),
)
