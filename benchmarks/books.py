"""The books of every contender: each sale once, with each of its effects."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.lane import OPENING_STOCK
from benchmarks.results.measured import Measured

_OF_SALE = "JOIN orders_order AS sale ON sale.id = order_id"

# What there is once for each sale -> its count by the name of the till. Tables are read whole.
_ONCE_A_SALE = {
    "orders": "SELECT created_by, count(*) FROM orders_order GROUP BY 1",
    "paid orders": "SELECT created_by, count(*) FROM orders_order WHERE status = 'paid' GROUP BY 1",
    "commands that succeeded": """SELECT issued_by, count(*) FROM orders_command
        WHERE kind = 'pay' AND state = 'succeeded' GROUP BY 1""",
    "payments in full": f"""SELECT sale.created_by, count(*) FROM orders_payment {_OF_SALE}
        WHERE amount_minor = total_minor AND amount_minor = paid_minor GROUP BY 1""",
    "journal entries": f"SELECT sale.created_by, count(*) FROM orders_journalentry {_OF_SALE} GROUP BY 1",
    "status changes": f"SELECT sale.created_by, count(*) FROM orders_statuschange {_OF_SALE} GROUP BY 1",
    "invoice numbers": f"""SELECT sale.created_by, count(*) FROM orders_invoicenumber AS number {_OF_SALE}
        WHERE number.state IN ('assigned', 'posted') GROUP BY 1""",
}

# What there is once for each line of a sale.
_ONCE_A_LINE = {
    "lines handed over": f"SELECT created_by, sum(shipped_quantity) FROM orders_orderline {_OF_SALE} GROUP BY 1",
    "movements": """SELECT created_by, -sum(quantity_change) FROM inventory_stockmovement
        WHERE kind = 'outbound' GROUP BY 1""",
    "units off the shelves": f"""SELECT split_part(sku, '/', 1), sum({OPENING_STOCK} - on_hand)
        FROM inventory_stocklevel JOIN inventory_product AS product ON product.id = product_id
        WHERE position('/' IN sku) > 0 GROUP BY 1""",
}

_DRIFTS = """
SELECT count(*) FROM inventory_stocklevel AS level
WHERE on_hand <> (SELECT sum(quantity_change) FROM inventory_stockmovement WHERE level_id = level.id)
"""


@dataclass(frozen=True, slots=True)
class Sold:
    """What a contender's clients saw settled. `lines`: of each sale."""

    sales: int
    lines: int


def sold(measured: Mapping[str, Measured]) -> dict[str, Sold]:
    return {name: Sold(one.settled, one.lines) for name, one in measured.items()}


def faults(database_url: str, sold: Mapping[str, Sold]) -> list[str]:
    """What is wrong, in words. `sold`: by contender."""
    sales = {name: one.sales for name, one in sold.items()}
    lines = {name: one.sales * one.lines for name, one in sold.items()}
    with psycopg.connect(database_url, autocommit=True) as database:
        wrong = [
            *_differing(database, _ONCE_A_SALE, sales, "sales"),
            *_differing(database, _ONCE_A_LINE, lines, "lines sold"),
        ]
        (drifts,) = database.execute(_DRIFTS).fetchone() or (0,)
    return [*wrong, *([f"{drifts} levels differ from the sum of their movements"] if drifts else [])]


def _differing(
    database: psycopg.Connection[Any], counted: Mapping[str, str], expected: Mapping[str, int], of: str
) -> Iterator[str]:
    for what, sql in counted.items():
        found: Counter[str] = Counter()
        for till, count in database.execute(sql.encode()):
            found[till.partition("/")[0]] += int(count)
        yield from (
            f"{name}: {found[name]} {what} for {count} {of}" for name, count in expected.items() if found[name] != count
        )
