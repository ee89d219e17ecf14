"""A round of the audit is made in parts; whoever is killed between two of them has lost nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from base.sql.sets import cursor
from orders.audit.db.rounds import is_unfinished
from orders.audit.round import go_on
from orders.models import AuditRound, Order
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

LEVELS, COMMANDS, ORDERS, STORES = 3, 3, 3, 1
EXAMINED = 1 + LEVELS + COMMANDS + ORDERS + STORES


@pytest.fixture
def sold(own_database: str) -> None:
    shop = open_shop()
    execute([shop.sale()[0] for _ in range(ORDERS)])


@pytest.mark.usefixtures("sold")
def test_a_round_goes_on_where_it_stopped_and_says_what_it_looked_at() -> None:
    with unguarded():
        cursor().execute("UPDATE orders_order SET total_minor = total_minor + 1")
    drifts, parts = go_on(seconds=0), 1
    assert is_unfinished()
    while is_unfinished():
        drifts += go_on(seconds=0)  # each as if the one before had been killed after its part
        parts += 1
    assert {drift.subject for drift in drifts if drift.law == "what an order comes to is the sum of its lines"} == {
        str(id_) for id_ in Order.objects.values_list("id", flat=True)
    }
    ended = AuditRound.objects.get()
    assert (ended.ended_examined, ended.ended_drifts) == (EXAMINED, len(drifts))
    assert ended.ended_at is not None
    assert parts > 5


@pytest.mark.usefixtures("sold")
def test_the_next_round_is_made_a_day_later() -> None:
    assert go_on(seconds=60) == []
    assert not is_unfinished()
    first = AuditRound.objects.get().ended_at
    assert go_on(seconds=60) == []
    assert AuditRound.objects.get().ended_at == first
    AuditRound.objects.update(began_at=timezone.now() - timedelta(days=1))
    assert go_on(seconds=60) == []
    assert AuditRound.objects.get().ended_at != first
