"""The books of every contender: each sale once, with each of its effects."""

from collections.abc import Mapping
from decimal import Decimal

import psycopg

from benchmarks.load.sales import LINES
from benchmarks.shop import OPENING_STOCK

_OF_SALE = "JOIN orders_order AS sale ON sale.id = order_id"

# What there is once for each sale -> its count by the name of who sold. Tables are read whole.
_ONCE_A_SALE = {
    "orders": "SELECT created_by, count(*) FROM orders_order GROUP BY 1",
    "paid orders": "SELECT created_by, count(*) FROM orders_order WHERE status = 'paid' GROUP BY 1",
    "commands that succeeded": """SELECT issued_by, count(*) FROM orders_command
        WHERE kind = 'pay' AND state = 'succeeded' GROUP BY 1""",
    f"lines handed over, by {LINES}": f"""SELECT created_by, sum(shipped_quantity) / {LINES}
        FROM orders_orderline {_OF_SALE} GROUP BY 1""",
    f"movements, by {LINES}": f"""SELECT created_by, -sum(quantity_change) / {LINES}
        FROM inventory_stockmovement WHERE kind = 'outbound' GROUP BY 1""",
    f"units off the shelves, by {LINES}": f"""SELECT split_part(sku, '/', 1), sum({OPENING_STOCK} - on_hand) / {LINES}
        FROM inventory_stocklevel JOIN inventory_product AS product ON product.id = product_id
        WHERE position('/' IN sku) > 0 GROUP BY 1""",
    "payments in full": f"""SELECT sale.created_by, count(*) FROM orders_payment {_OF_SALE}
        WHERE amount_minor = total_minor AND amount_minor = paid_minor GROUP BY 1""",
    "journal entries": f"SELECT sale.created_by, count(*) FROM orders_journalentry {_OF_SALE} GROUP BY 1",
    "status changes": f"SELECT sale.created_by, count(*) FROM orders_statuschange {_OF_SALE} GROUP BY 1",
    "invoice numbers": f"""SELECT sale.created_by, count(*) FROM orders_invoicenumber AS number {_OF_SALE}
        WHERE number.state = 'assigned' GROUP BY 1""",
}

_DRIFTS = """
SELECT count(*) FROM inventory_stocklevel AS level
WHERE on_hand <> (SELECT sum(quantity_change) FROM inventory_stockmovement WHERE level_id = level.id)
"""


def faults(database_url: str, *, settled: Mapping[str, int]) -> list[str]:
    """What is wrong, in words. `settled`: contender -> sales that its clients saw settled."""
    wrong = []
    with psycopg.connect(database_url, autocommit=True) as database:
        for what, sql in _ONCE_A_SALE.items():
            found: dict[str, Decimal] = dict(database.execute(sql.encode()).fetchall())
            wrong += [
                f"{name}: {float(found.get(name, 0)):g} {what} for {sales} sales"
                for name, sales in settled.items()
                if found.get(name, 0) != sales
            ]
        (drifts,) = database.execute(_DRIFTS).fetchone() or (0,)
    return [*wrong, *([f"{drifts} levels differ from the sum of their movements"] if drifts else [])]
