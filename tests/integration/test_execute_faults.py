"""What a ring does about faults of the database: they pass, and nothing is parked for them."""

import psycopg
import pytest

from tests.support.shop import open_shop, state
from workers.run import run


@pytest.mark.usefixtures("own_database")
def test_a_lock_that_somebody_holds_for_long_parks_nothing(own_database: str) -> None:
    shop = open_shop()
    order_id, command_id = shop.sale()
    with psycopg.connect(own_database) as somebody:
        somebody.execute("SELECT FROM orders_order FOR UPDATE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            run([order_id])
    assert state(command_id) == "pending"
    assert run([order_id]) == []
    assert state(command_id) == "applied"
