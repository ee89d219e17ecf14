"""Every list of the API, with each filter and with pairs of them, reads about as many rows as it shows."""

from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from base.sql.sets import cursor
from inventory.core.movements import MovementKind
from inventory.db.reads.reports import LOW_STOCK, SHORTFALLS, Reports
from orders.sales.db.orders import orders_page
from orders.stock.db.movements import movements_page
from tests.support.grown.plans import held

pytestmark = pytest.mark.usefixtures("grown_database")

LIMIT = 51
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
    "day": (NOW - timedelta(days=30)).date(),
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


@pytest.mark.parametrize("filters", pairs(ORDERS), ids="+".join)
def test_orders(filters: dict[str, Any]) -> None:
    given: dict[str, Any] = {"archived": False, **filters}
    held(partial(orders_page, 1, limit=LIMIT, **given))


@pytest.mark.parametrize("filters", pairs(MOVEMENTS), ids="+".join)
def test_movements(filters: dict[str, Any]) -> None:
    held(partial(movements_page, 1, limit=LIMIT, **filters))


@pytest.mark.parametrize("name", ["", "status", "payment_status", "archived", "terminal"])
def test_orders_far_down(name: str) -> None:
    filters: dict[str, Any] = {"archived": False, **({name: ORDERS[name]} if name else {})}
    before_at = NOW - timedelta(days=650)
    held(partial(orders_page, 1, limit=LIMIT, before_at=before_at, before_id=UUID(int=0), **filters))


@pytest.mark.parametrize("name", ["", "sku", "kind", "location"])
def test_movements_far_down(name: str) -> None:
    filters = {name: MOVEMENTS[name]} if name else {}
    held(partial(movements_page, 1, limit=LIMIT, before=60_000, **filters))


@pytest.mark.parametrize("kind", MovementKind)
def test_movements_of_each_kind(kind: MovementKind) -> None:
    held(partial(movements_page, 1, limit=LIMIT, kind=kind))


@pytest.mark.parametrize("acknowledged", [None, True, False])
@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize("reports", [LOW_STOCK, SHORTFALLS])
def test_low_stock_and_shortfalls(reports: Reports, acknowledged: bool | None, is_over: bool) -> None:
    held(partial(reports.page, 1, limit=LIMIT, before=None, acknowledged=acknowledged, ended=is_over))


def test_what_changed_since_an_instant_is_all_of_it() -> None:
    since = NOW - timedelta(days=6)
    page = movements_page(1, limit=10_000, since=since)
    counted = "SELECT count(*) FROM inventory_stockmovement WHERE store_id = 1 AND created_at >= %s"
    assert cursor().execute(counted, (since,)).fetchone() == (len(page),)
    assert len(page) > LIMIT
