"""A database that came with a dump counts its transactions anew; one that was restored to an earlier time gives out
numbers a second time. Cursors of before are refused, and nothing that happens then is passed over."""

import pytest

from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.feed.db.changes import FIRST, Kind, changes
from orders.feed.db.horizon import horizon
from orders.models import FeedEpoch
from tests.support.shop.chain import open_chain
from tests.support.shop.follower import from_now
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


@pytest.mark.usefixtures("own_database")
def test_cursors_of_another_timeline_are_gone() -> None:
    """As after a restore to an earlier time, or where a standby took over: the row is of the timeline before."""
    chain = open_chain()
    follower = from_now(chain.tills[Role.AUDITOR])
    assert follower.ask().status == 200
    as_it_was_written = "made_in = pg_current_xact_id()::text::bigint"
    cursor().execute(f"UPDATE orders_feedepoch SET {as_it_was_written}".encode())
    assert follower.ask().status == 200
    cursor().execute(f"UPDATE orders_feedepoch SET {as_it_was_written}, timeline = '0000002A'".encode())
    for after in (follower.cursor, follower.cursor):
        refused = follower.till.get(f"/changes?after={after}")
        assert (refused.status, refused.code) == (410, "cursor_expired")
    follower.cursor = None
    order_id = chain.tills[Role.POS].sell()
    follower.until(lambda: ("order", str(order_id)) in follower.known)
    assert ("product", "TEA-80") in follower.known
