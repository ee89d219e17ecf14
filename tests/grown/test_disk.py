"""What a settled command takes on disk is told by table and index."""

import psycopg
import pytest

from benchmarks.grown.rows import NUMBERS_FREE
from benchmarks.hours.disk import taken
from tests.support.grown.orders import ORDERS


def test_each_table_and_index_that_grows_with_commands_is_counted(grown_url: str) -> None:
    found = taken(grown_url)
    assert 0.99 * ORDERS < found.commands < 1.02 * ORDERS
    assert {"orders_command", "orders_command_pkey", "inventory_stockmovement"} <= found.by_relation.keys()
    assert not {"inventory_product", "inventory_product_pkey"} & found.by_relation.keys()
    assert found.whole == sum(found.by_relation.values())
    assert found.a_command("orders_command") > 200


def test_numbers_that_were_fetched_ahead_are_no_commands(grown_url: str) -> None:
    with psycopg.connect(grown_url) as database:
        (size, numbers) = database.execute(
            "SELECT pg_table_size('orders_invoicenumber'), count(*) FROM orders_invoicenumber"
        ).fetchone() or (0, 1)
    free = 4 * NUMBERS_FREE
    assert taken(grown_url).by_relation["orders_invoicenumber"] == pytest.approx(size * (numbers - free) / numbers)
