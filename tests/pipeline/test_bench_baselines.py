"""The baselines are honest: they leave the rows that the product leaves, and their books are checked."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_django
from pydantic_core import from_json

from benchmarks import books
from benchmarks.baselines import pgbench
from benchmarks.baselines.sale import Refused, sell
from benchmarks.lane import Lane, Size
from benchmarks.load.sales import LINES, Sales
from benchmarks.load.tills import API
from benchmarks.profile.wsgi import post
from benchmarks.shop import add_numbers, open_shop
from inventory.models import StockLevel
from orders.models import Order, Terminal
from project.wsgi import application
from tests.support.database import connected_to
from tests.support.shop.rung import execute

NAMES = ["product", "view", "function"]

# What a sale wrote, without ids, instants and what only a fingerprint or a payload differs in.
ROWS = {
    "orders": """SELECT status, payment_status, fulfilment, payment_terms, currency, paid_minor = total_minor,
        refunded_minor, reference, invoice_pending, paid_at IS NOT NULL
        FROM orders_order WHERE created_by = %(name)s""",
    "lines": """SELECT position, quantity, shipped_quantity, returned_quantity, backordered_quantity, tracks_stock,
        split_part(sku, '/', 1) = %(name)s, unit_price_minor > 0, list_price_minor = unit_price_minor,
        net_minor = amount_minor, amount_minor > 0 FROM orders_orderline WHERE order_id = ANY(%(orders)s)
        ORDER BY position""",
    "movements": """SELECT kind, quantity_change, reserved_change, quantity_after, reserved_after, reference, reason,
        created_by = %(name)s FROM inventory_stockmovement WHERE order_id = ANY(%(orders)s)""",
    "payments": """SELECT kind, method, amount_minor = total_minor, tendered_minor = amount_minor, payment.reference
        FROM orders_payment AS payment JOIN orders_order ON orders_order.id = order_id WHERE created_by = %(name)s""",
    "changes": """SELECT kind, from_status, to_status, terminal = %(name)s, reason FROM orders_statuschange
        WHERE order_id = ANY(%(orders)s)""",
    "entries": """SELECT kind, entry.currency, postings = jsonb_build_array(jsonb_build_array('cash', total_minor),
        jsonb_build_array('revenue', -total_minor)) FROM orders_journalentry AS entry
        JOIN orders_order ON orders_order.id = order_id WHERE created_by = %(name)s""",
    "numbers": "SELECT state, assigned_at IS NOT NULL FROM orders_invoicenumber WHERE order_id = ANY(%(orders)s)",
    "commands": """SELECT kind, state, outcome_code, attempts, settled_at IS NOT NULL, issued_by = %(name)s, outcome
        FROM orders_command WHERE order_id = ANY(%(orders)s)""",
}


@pytest.fixture
def lanes(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[dict[str, Lane]]:
    with django_db_blocker.unblock(), connected_to(fresh_database):
        lanes = open_shop(dict.fromkeys(NAMES, Size()))
        add_numbers(lanes["view"].store_id, 50_000)
        yield lanes


def sales_of(lane: Lane) -> Sales:
    return Sales(wares=lane.wares, is_hot=False, dice=random.Random(5))


def sell_by_product(lane: Lane) -> None:
    sale = sales_of(lane).next()
    body = f"[{sale.item()}]"
    accepted = from_json(post(application, f"{API}/commands", body, terminal_key=lane.terminal_key, prefer=""))
    execute([UUID(item["order_id"]) for item in accepted["items"]])


def sell_by_view(lane: Lane, sale: str = "") -> dict[str, Any]:
    item = from_json(sale or sales_of(lane).next().item())
    return sell(Terminal.objects.get(pk=lane.terminal_id), item)


def sell_by_function(lane: Lane, database_url: str) -> None:
    pgbench.install(database_url)
    wanted = [ware.id for ware in sales_of(lane).next().wares]
    with psycopg.connect(database_url) as database:
        arguments = [lane.store_id, lane.terminal_id, lane.name, wanted]
        database.execute("SELECT bench_sell(%s, %s, %s, %s)", arguments)


def rows_of(lane: Lane, database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    orders = list(Order.objects.filter(created_by=lane.name).values_list("id", flat=True))
    with psycopg.connect(database_url) as database:
        given = {"name": lane.name, "orders": orders}
        return {name: database.execute(sql.encode(), given).fetchall() for name, sql in ROWS.items()}


def test_a_sale_leaves_the_same_rows_whoever_makes_it(fresh_database: str, lanes: dict[str, Lane]) -> None:
    sell_by_product(lanes["product"])
    sell_by_view(lanes["view"])
    sell_by_function(lanes["function"], fresh_database)
    product, view, function = (rows_of(lanes[name], fresh_database) for name in NAMES)
    assert {name: len(rows) for name, rows in product.items()} == {
        "orders": 1,
        "lines": 3,
        "movements": 3,
        "payments": 1,
        "changes": 1,
        "entries": 1,
        "numbers": 1,
        "commands": 1,
    }
    assert view == product
    assert function == product
    assert books.faults(fresh_database, dict.fromkeys(NAMES, books.Sold(1, LINES))) == []


def test_the_books_find_what_is_missing(fresh_database: str, lanes: dict[str, Lane]) -> None:
    sell_by_view(lanes["view"])
    with psycopg.connect(fresh_database) as database:
        database.execute(
            "UPDATE inventory_stocklevel SET on_hand = on_hand + 3 WHERE product_id = %s", [lanes["view"].wares[0].id]
        )
        database.execute("SET session_replication_role = replica")  # its guard would not let it go
        database.execute("DELETE FROM orders_invoicenumber WHERE state = 'assigned'")
    assert books.faults(fresh_database, {"view": books.Sold(1, LINES)}) == [
        "view: 0 invoice numbers for 1 sales",
        "view: 0 units off the shelves for 3 lines sold",
        "1 levels differ from the sum of their movements",
    ]
    assert "view: 1 commands that succeeded for 2 sales" in books.faults(fresh_database, {"view": books.Sold(2, LINES)})


def test_the_view_sells_once_under_a_key(lanes: dict[str, Lane]) -> None:
    sale = sales_of(lanes["view"]).next().item()
    first = sell_by_view(lanes["view"], sale)
    assert sell_by_view(lanes["view"], sale) == first
    assert Order.objects.filter(created_by="view").count() == 1


def test_the_view_sells_nothing_that_is_not_there(lanes: dict[str, Lane]) -> None:
    StockLevel.objects.filter(product_id=lanes["view"].wares[7].id).update(on_hand=0)
    sale = next(
        sale
        for sales in [sales_of(lanes["view"])]
        for _ in range(1000)
        if lanes["view"].wares[7] in (sale := sales.next()).wares
    )
    with pytest.raises(Refused, match="Not enough stock"):
        sell_by_view(lanes["view"], sale.item())
    assert not Order.objects.filter(created_by="view").exists()


@pytest.mark.parametrize("is_hot", [False, True])
def test_pgbench_sells_and_its_books_are_right(fresh_database: str, lanes: dict[str, Lane], is_hot: bool) -> None:
    pgbench.install(fresh_database)
    settled, sales_per_s, latency_s = pgbench.run(
        lanes["function"], database_url=fresh_database, is_hot=is_hot, seconds=1
    )
    assert settled > 0
    assert sales_per_s > 0
    assert latency_s > 0
    assert books.faults(fresh_database, {"function": books.Sold(settled, LINES)}) == []
    hot = StockLevel.objects.get(product_id=lanes["function"].wares[0].id)
    assert (hot.on_hand == 10_000_000 - settled) is is_hot
