"""The grown shop itself: what the other tests of this room rely on."""

import pytest

from base.sql.sets import cursor
from tests.support.grown.orders import ORDERS

SIZES = """
SELECT count(*) FROM orders_command UNION ALL SELECT count(*) FROM orders_order
UNION ALL SELECT count(*) FROM inventory_stockmovement
"""
UNUSABLE = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)"


@pytest.mark.usefixtures("grown_database")
def test_it_has_what_so_many_sales_write() -> None:
    assert [size >= ORDERS for (size,) in cursor().execute(SIZES)] == [True, True, True]


@pytest.mark.usefixtures("grown_database")
def test_its_indexes_are_in_use() -> None:
    assert cursor().execute(UNUSABLE).fetchall() == []
