"""What the audit finds is told in money, not in smallest units."""

import re

import pytest
from django.db import transaction

from base.sql.sets import cursor
from orders.audit.db.walks import WALKS
from orders.audit.db.written import in_money
from orders.commands.core.machine import Kind
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.django_db
WRONG_MINOR = 7_654_321
BROKEN = (
    f"UPDATE orders_order SET paid_minor = {WRONG_MINOR}, rounding_minor = {WRONG_MINOR}, total_minor = {WRONG_MINOR}",
    f"UPDATE orders_payment SET amount_minor = {WRONG_MINOR}, tendered_minor = {WRONG_MINOR}",
    f'UPDATE orders_journalentry SET postings = \'[["cash", {WRONG_MINOR}], ["revenue", {-WRONG_MINOR}]]\'',
    f"UPDATE orders_drawermovement SET amount_minor = {WRONG_MINOR}",
)


@pytest.fixture
def shop() -> Shop:
    """With a sale, a closing of it, and a movement."""
    shop = open_shop()
    drawer_id = shop.caller.terminal_id
    shop.submit(Kind.DRAWER_OPEN, drawer_id=drawer_id, float_minor=0)
    run_drawer(drawer_id)
    order_id, _ = shop.sale(("TEA-80", 1))
    execute([order_id])
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=drawer_id, amount_minor=5, reason="found")
    shop.submit(Kind.DRAWER_CLOSE, drawer_id=drawer_id, counted=[{"method": "cash", "amount_minor": 0}])
    assert run_drawer(drawer_id) == []
    return shop


def test_amounts_are_written_with_their_currency(shop: Shop) -> None:
    with transaction.atomic(), unguarded():
        for statement in BROKEN:
            assert cursor().execute(statement.encode()).rowcount
        drifts = [drift for walk in WALKS for drift in walk.drifts(walk.ids(None, limit=1_000))]
        details = {drift.law: drift.detail for drift in in_money(drifts)}
        transaction.set_rollback(True)
    assert len([detail for detail in details.values() if "76543.21 GBP" in detail]) >= 5
    assert not [detail for detail in details.values() if re.search("¤|7654321", detail)]
