"""What is done daily or every few seconds ends within a small limit for each statement, however much there is."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.invoicing.db.late_sales import stores_waiting
from orders.journal.db.sweep import due
from orders.sales.db.backorders import are_some_servable
from orders.sales.db.expire import BEGIN, lapsed
from tests.support.grown.orders import ORDERS
from workers.archive import LIMIT, archive, purge
from workers.low_stock import report_low_stock

pytestmark = pytest.mark.usefixtures("grown_copy")

KEPT_DAYS = ORDERS // (24 * 60) - 1
"""There is a sale each minute: of the first three days the keys are too old."""
STATEMENT_MAX_MS = 8_000
"""The first pages of a fresh copy come from the disk, on a machine that does other work as well."""


@pytest.fixture(autouse=True)
def limited(grown_copy: str) -> None:
    cursor().execute(f"SET statement_timeout = {STATEMENT_MAX_MS}".encode())


def count_of_keys(*, older_than: datetime) -> int:
    sql = "SELECT count(*) FROM orders_command WHERE key_freed_at IS NOT NULL AND settled_at < %s"
    (count,) = cursor().execute(sql, (older_than,)).fetchone() or (0,)
    return int(count)


def test_upkeep(settings: Settings) -> None:
    """In one test: the copy takes longer than all of it."""
    now = timezone.now()
    assert archive() > ORDERS // 1_200
    assert archive() == 0
    settings.KEYS_KEPT_DAYS = KEPT_DAYS
    assert purge() >= count_of_keys(older_than=now - timedelta(days=KEPT_DAYS)) > 3 * LIMIT
    assert purge() < 10, "of the minutes since then"
    assert report_low_stock() == 4
    assert due(now=now, limit=500) == []
    assert not are_some_servable(now)
    # One order of a thousand is held.
    limit = ORDERS // 1_000 // 4
    then = lapsed(BEGIN, now=now + timedelta(days=30), limit=limit).then
    assert then is not None
    assert len(lapsed(then, now=now + timedelta(days=30), limit=limit).orders) == limit
    assert len(stores_waiting()) > 0
    assert connection.connection is not None
