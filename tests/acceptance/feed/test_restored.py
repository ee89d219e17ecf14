"""A database that came with a dump counts its transactions anew: cursors of before are refused, and nothing that
happens then is passed over."""

import pytest

from base.sql.sets import cursor
from orders.feed.db.changes import FIRST, Kind, changes
from orders.feed.db.horizon import horizon
from orders.models import FeedEpoch
from tests.support.shop.shop import Shop, open_shop

AHEAD = 5_000_000_000
"""More transactions than the new server has had."""


@pytest.fixture
def shop(own_database: str) -> Shop:
    """As after a restore: the rows are what they were, each written by a transaction of the new server."""
    shop = open_shop()
    shop.order(("TEA-80", 1))
    cursor().execute("SET session_replication_role = replica")
    for table in ("orders_order", "inventory_product", "inventory_stockmovement"):
        cursor().execute(f"UPDATE {table} SET changed_in = {AHEAD}".encode())
    cursor().execute("RESET session_replication_role")
    return shop


def restore() -> None:
    cursor().execute("UPDATE orders_feedepoch SET id = id")


def test_the_same_database_has_the_same_epoch(shop: Shop) -> None:
    assert horizon().epoch == horizon().epoch == FeedEpoch.objects.get().id
    cursor().execute("VACUUM FREEZE orders_feedepoch")
    assert horizon().epoch == FeedEpoch.objects.get().id


def test_a_restored_one_has_another_and_tells_all(shop: Shop) -> None:
    before = horizon()
    restore()
    after = horizon()
    assert after.epoch != before.epoch
    assert after.epoch == horizon().epoch == FeedEpoch.objects.get().id
    assert after.before > AHEAD
    told = changes(shop.store_id, after=FIRST, before=after.before, limit=200)
    assert {Kind.ORDER, Kind.PRODUCT, Kind.MOVEMENT} <= {change.kind for change in told}


def test_what_happens_then_comes_behind_it(shop: Shop) -> None:
    restore()
    horizon()
    order_id = shop.order(("MUG-RED", 1))
    seen = horizon()
    told = changes(shop.store_id, after=FIRST, before=seen.before, limit=200)
    assert told[-1].id == order_id
    assert told[-1].place.changed_in > AHEAD
