"""The money of the shop of benchmarks.grown.rows."""

from benchmarks.grown.rows import ENTRY, PAYMENT, REFUND, REVERSAL, Rows, uuid

MONEY = (
    Rows(
        "orders_payment",
        {
            "id": uuid("n", of=PAYMENT),
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "command_id",
            "kind": "'tender'",
            "method": "'card'",
            "amount_minor": "CASE WHEN paid THEN total ELSE 50 END",
            "tendered_minor": "CASE WHEN paid THEN total ELSE 50 END",
            "created_at": "at",
        },
        "grown WHERE paid OR life = 'deposit' ORDER BY n",
    ),
    Rows(
        "orders_payment",
        {
            "id": uuid("n", of=REFUND),
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "later_id",
            "kind": "'refund'",
            "method": "'card'",
            "amount_minor": "250",
            "tendered_minor": "250",
            "reverses_id": uuid("n", of=PAYMENT),
            "created_at": "at + interval '1 day'",
        },
        "grown WHERE life IN ('returned', 'damaged') ORDER BY n",
    ),
    Rows(
        "orders_journalentry",
        {
            "id": uuid("n", of=ENTRY),
            "seq": "n",
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "command_id",
            "kind": "CASE WHEN paid THEN 'sale' ELSE 'deposit' END",
            "currency": "'GBP'",
            "postings": """CASE WHEN paid THEN ('[["card", ' || total || '], ["revenue", -' || total || ']]')::jsonb
                ELSE '[["card", 50], ["deposits", -50]]'::jsonb END""",
            "day": "(at AT TIME ZONE 'UTC')::date",
            "created_at": "at",
            "state": "CASE life WHEN 'numberless' THEN 'pending' ELSE 'posted' END",
            "sent": "CASE WHEN life <> 'numberless' THEN '[]'::jsonb END",
            "posted_at": "CASE WHEN life <> 'numberless' THEN at END",
            "accounting_reference": "CASE WHEN life <> 'numberless' THEN 'A' || n ELSE '' END",
        },
        "grown WHERE paid OR life = 'deposit' ORDER BY n",
    ),
    Rows(
        "orders_journalentry",
        {
            "id": uuid("n", of=REVERSAL),
            "seq": ":orders + n",
            "store_id": "store_id",
            "order_id": "order_id",
            "command_id": "later_id",
            "kind": "'return'",
            "currency": "'GBP'",
            "postings": '\'[["card", -250], ["revenue", 250]]\'::jsonb',
            "day": "(at AT TIME ZONE 'UTC')::date + 1",
            "created_at": "at + interval '1 day'",
            "state": "'posted'",
            "sent": "'[]'::jsonb",
            "posted_at": "at + interval '1 day'",
            "accounting_reference": "'C' || n",
        },
        "grown WHERE life IN ('returned', 'damaged') ORDER BY n",
    ),
)
