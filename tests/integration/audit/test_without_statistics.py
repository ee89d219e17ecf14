"""A shop's first hour: PostgreSQL knows nothing of its tables yet, and the audit looks at each row a few times."""

import json

import pytest
from django.db import transaction

from base.sql.laws import begin_reading
from base.sql.sets import cursor
from orders.audit.db.walks import WALKS
from orders.commands.core.machine import Kind
from tests.support.grown.plans import nodes
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

MANY = 600
TIMES_MAX = 50


@pytest.mark.usefixtures("own_database")
def test_no_law_goes_over_its_rows_again_and_again() -> None:
    skus = [f"SKU-{n:04d}" for n in range(MANY)]
    shop = open_shop(shelf=dict.fromkeys(skus, 5))
    items = [{"sku": sku, "quantity": 1, "location": "shop"} for sku in skus]
    shop.submit(Kind.RECEIVE, items=items)
    order_id, _ = shop.sale(*((sku, 1) for sku in skus))
    assert len(execute([shop.store_id, order_id]).settled) == 2
    often: dict[str, int] = {}
    with transaction.atomic():
        begin_reading()
        for walk in WALKS:
            ids = walk.ids(None, limit=MANY)
            for law, query in walk.queries():
                often[law] = rows_gone_over(query, ids)
    assert often
    assert {law: rows for law, rows in often.items() if rows > TIMES_MAX * MANY} == {}


def rows_gone_over(query: str, ids: list[object]) -> int:
    """By the busiest node of its plan, in all its loops, with those that it left out."""
    (found,) = cursor().execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) {query}".encode(), {"ids": ids}).fetchone()  # type: ignore[misc]
    (told,) = json.loads(found) if isinstance(found, str) else found
    left_out = ("Rows Removed by Filter", "Rows Removed by Join Filter")
    return int(
        max(
            (node["Actual Rows"] + sum(node.get(name, 0) for name in left_out)) * node["Actual Loops"]
            for node in nodes(told["Plan"])
        )
    )
