"""Every list of the API, with each filter and with pairs of them, reads about as many rows as it shows."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from inventory.core.movements import MovementKind
from inventory.db import reads_low_stock
from inventory.db.sets import cursor
from orders.db import reads_movements, reads_orders

pytestmark = pytest.mark.usefixtures("grown_database")

BIG = {"orders_order", "orders_command", "orders_invoicenumber", "inventory_stockmovement", "inventory_product"}
LIMIT = 51
LONGEST_MS = 50
BLOCKS_MAX = 3_000
"""Of 8 kB, that a list may read: some for each of its rows, nothing that grows with the history."""
NOW = timezone.now()

ORDERS: dict[str, Any] = {
    "status": "draft",
    "payment_status": "refunded",
    "archived": True,
    "since": NOW - timedelta(days=3),
    "invoice_number": "INV-1-00500500",
    "number": 500_500,
    "reference": "web-500006",
    "terminal": 2,
}
MOVEMENTS: dict[str, Any] = {
    "sku": "SKU-000001",
    "order": UUID("01890001-0000-7000-8000-000000000002"),
    "kind": "damaged",
    "location": "shop",
    "since": NOW - timedelta(days=3),
}


def pairs(filters: dict[str, Any]) -> list[dict[str, Any]]:
    """None of the filters, each, and each two."""
    return [dict(some) for size in (0, 1, 2) for some in combinations(filters.items(), size)]


def held_to(sql: str, asked: dict[str, Any]) -> None:
    """Within the blocks, whatever the cache held before, and within the time by the median of five."""
    explained = [_explained(sql, asked) for _ in range(5)]
    plan = explained[0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= BLOCKS_MAX
    assert [node for node in _nodes(plan) if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG] == []
    assert median(one["Execution Time"] for one in explained) < LONGEST_MS


def _explained(sql: str, asked: dict[str, Any]) -> dict[str, Any]:
    row = cursor().execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".encode(), asked).fetchone()
    assert row is not None
    explained: dict[str, Any] = row[0][0]
    return explained


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@pytest.mark.parametrize("filters", pairs(ORDERS), ids="+".join)
def test_orders(filters: dict[str, Any]) -> None:
    given = {name: value for name, value in filters.items() if name != "archived"}
    sql = reads_orders.statement(given, archived="archived" in filters)
    held_to(sql, {**given, "store_id": 1, "limit": LIMIT})


@pytest.mark.parametrize("filters", pairs(MOVEMENTS), ids="+".join)
def test_movements(filters: dict[str, Any]) -> None:
    held_to(reads_movements.statement(filters), {**filters, "store_id": 1, "limit": LIMIT})


@pytest.mark.parametrize("name", ["", "status", "payment_status", "archived", "terminal"])
def test_orders_far_down(name: str) -> None:
    given = {name: ORDERS[name]} if name and name != "archived" else {}
    after = {"before_at": NOW - timedelta(days=650), "before_id": UUID(int=0)}
    sql = reads_orders.statement({**given, **after}, archived=name == "archived")
    held_to(sql, {**given, **after, "store_id": 1, "limit": LIMIT})


@pytest.mark.parametrize("name", ["", "sku", "kind", "location"])
def test_movements_far_down(name: str) -> None:
    given = {**({name: MOVEMENTS[name]} if name else {}), "before": 60_000}
    held_to(reads_movements.statement(given), {**given, "store_id": 1, "limit": LIMIT})


@pytest.mark.parametrize("kind", MovementKind)
def test_movements_of_each_kind(kind: MovementKind) -> None:
    held_to(reads_movements.statement({"kind": kind}), {"kind": kind, "store_id": 1, "limit": LIMIT})


@pytest.mark.parametrize("acknowledged", [None, True, False])
@pytest.mark.parametrize("recovered", [True, False])
def test_low_stock(acknowledged: bool | None, recovered: bool) -> None:
    sql = reads_low_stock.statement(acknowledged=acknowledged, recovered=recovered)
    held_to(sql, {"store_id": 1, "before": None, "limit": LIMIT})


def test_what_changed_since_an_instant_is_all_of_it() -> None:
    since = NOW - timedelta(days=6)
    page = reads_movements.movements_page(1, limit=10_000, since=since)
    counted = "SELECT count(*) FROM inventory_stockmovement WHERE store_id = 1 AND created_at >= %s"
    assert cursor().execute(counted, (since,)).fetchone() == (len(page),)
    assert len(page) > LIMIT
