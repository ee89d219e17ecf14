"""The stock and the invoice numbers of the shop of benchmarks.grown.rows."""

from benchmarks.grown.rows import HOLD, LINE, NUMBERS_FREE, OPENING, PRODUCTS, Rows, uuid

# What moved, in time: the opening stock, then what each life takes, holds and brings back.
CREDITED = "life IN ('returned', 'damaged')"

MOVED = f"""(
    SELECT 0 AS n, 0 AS step, store_id, id AS level_id, 'inbound' AS kind, {OPENING}::bigint AS quantity_change,
        0::bigint AS reserved_change, NULL::uuid AS order_id, NULL::uuid AS command_id,
        now() - interval '3 days' - :orders * interval '1 minute' AS at
    FROM inventory_stocklevel WHERE id <= {PRODUCTS}
    UNION ALL
    SELECT n, 1, store_id, product_id, CASE WHEN paid AND life <> 'shipped' THEN 'outbound' ELSE 'reserve' END,
        CASE WHEN paid AND life <> 'shipped' THEN -quantity ELSE 0 END,
        CASE WHEN paid AND life <> 'shipped' THEN 0 ELSE quantity END, order_id, command_id, at
    FROM grown WHERE paid OR life IN ('held', 'deposit')
    UNION ALL
    SELECT n, 2, store_id, product_id, CASE life WHEN 'shipped' THEN 'outbound' ELSE 'return_in' END,
        CASE life WHEN 'shipped' THEN -quantity ELSE 1 END, CASE life WHEN 'shipped' THEN -quantity ELSE 0 END,
        order_id, later_id, at + interval '1 day'
    FROM grown WHERE life IN ('shipped', 'returned', 'damaged')
    UNION ALL
    SELECT n, 3, store_id, product_id, 'damaged', -1, 0, order_id, later_id, at + interval '1 day'
    FROM grown WHERE life = 'damaged'
) AS moved WINDOW level AS (PARTITION BY level_id ORDER BY at, n, step) ORDER BY at, n, step"""

STOCK = (
    Rows(
        "inventory_stockmovement",
        {
            "store_id": "store_id",
            "level_id": "level_id",
            "location_id": "store_id",
            "kind": "kind",
            "quantity_change": "quantity_change",
            "reserved_change": "reserved_change",
            "quantity_after": "sum(quantity_change) OVER level",
            "reserved_after": "sum(reserved_change) OVER level",
            "order_id": "order_id",
            "command_id": "command_id",
            "created_by": "CASE WHEN n = 0 THEN 'opening stock' ELSE 'till ' || n % 5 END",
            "created_at": "at",
        },
        MOVED,
    ),
    Rows(
        "inventory_hold",
        {
            "id": uuid("n", of=HOLD),
            "store_id": "store_id",
            "level_id": "product_id",
            "quantity": "quantity",
            "order_id": "order_id",
            "order_line_id": uuid("n", of=LINE),
            "expires_at": "CASE WHEN life = 'held' THEN now() + interval '1 day' + n * interval '1 second' END",
            "created_at": "at",
        },
        "grown WHERE life IN ('held', 'deposit') ORDER BY n",
    ),
    Rows(
        "inventory_lowstock",
        {
            "store_id": "store_id",
            "level_id": "id",
            "available": "5",
            "reorder_point": "10",
            "reported_at": "now() - n * interval '1 hour'",
            "recovered_at": "now()",
        },
        "inventory_stocklevel CROSS JOIN generate_series(1, 50) AS n WHERE reorder_point IS NOT NULL",
    ),
    # Of each four one is acknowledged, one counted and one both.
    Rows(
        "inventory_shortfall",
        {
            "store_id": "store_id",
            "level_id": "product_id",
            "quantity": "quantity",
            "order_id": "order_id",
            "command_id": "command_id",
            "reported_at": "at",
            "acknowledged_at": "CASE WHEN n / 100 % 2 = 0 THEN at END",
            "counted_at": "CASE WHEN n / 200 % 2 = 0 THEN at END",
        },
        "grown WHERE paid AND n % 100 = 20 ORDER BY n",
    ),
)

LEVELS = """
UPDATE inventory_stocklevel AS level SET on_hand = moved.on_hand, reserved = moved.reserved FROM (
    SELECT level_id, sum(quantity_change) AS on_hand, sum(reserved_change) AS reserved
    FROM inventory_stockmovement GROUP BY level_id
) AS moved WHERE moved.level_id = level.id
"""

PER_STORE = (
    Rows(
        "orders_invoicerefill",
        {
            "id": uuid("store_id", of=1),
            "store_id": "store_id",
            "count": "count(*)",
            "requested_at": "min(at)",
            "fetched_at": "min(at)",
            "answered": "'[]'::jsonb",
            "stored_at": "min(at)",
            "stored_count": f"count(*) + count(*) FILTER (WHERE {CREDITED}) + {NUMBERS_FREE}",
            "next_attempt_at": "min(at)",
        },
        "grown WHERE paid AND life <> 'numberless' GROUP BY store_id",
    ),
    Rows(
        "orders_invoicepool",
        {"store_id": "store_id", "posted": f"stored_count - {NUMBERS_FREE}", "free_expected": f"{NUMBERS_FREE}"},
        "orders_invoicerefill",
    ),
)

NUMBERS = (
    Rows(
        "orders_invoicenumber",
        {
            "store_id": "store_id",
            "number": "'INV-' || store_id || '-' || lpad(n::text, 8, '0')",
            "state": "'posted'",
            "refill_id": uuid("store_id", of=1),
            "order_id": "order_id",
            "command_id": "command_id",
            "fetched_at": "at - interval '1 hour'",
            "assigned_at": "at",
            "posted_at": "at",
        },
        "grown WHERE paid AND life <> 'numberless' ORDER BY n",
    ),
    Rows(
        "orders_creditnote",
        {
            "command_id": "later_id",
            "store_id": "store_id",
            "order_id": "order_id",
            "day": "(at + interval '1 day')::date",
            "pending": "false",
            "created_at": "at + interval '1 day'",
        },
        f"grown WHERE {CREDITED} ORDER BY n",
    ),
    Rows(
        "orders_invoicenumber",
        {
            "store_id": "store_id",
            "number": "'CRN-' || store_id || '-' || lpad(n::text, 8, '0')",
            "state": "'posted'",
            "refill_id": uuid("store_id", of=1),
            "credit_note_id": "later_id",
            "command_id": "later_id",
            "fetched_at": "at - interval '1 hour'",
            "assigned_at": "at + interval '1 day'",
            "posted_at": "at + interval '1 day'",
        },
        f"grown WHERE {CREDITED} ORDER BY n",
    ),
    Rows(
        "orders_invoicenumber",
        {
            "store_id": "store_id",
            "number": "'INV-' || store_id || '-' || lpad((:orders + n)::text, 8, '0')",
            "state": "'free'",
            "refill_id": "id",
            "fetched_at": "now() - interval '1 hour'",
        },
        f"orders_invoicerefill CROSS JOIN generate_series(1, {NUMBERS_FREE}) AS n ORDER BY store_id, n",
    ),
)
