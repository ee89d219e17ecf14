"""A worker whose machine has another time settles at the database's: what it writes, others compare with theirs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from base.sql import clock
from inventory.models import Hold
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Closing, Command
from tests.support.shop.cashier import close_drawer
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop
from workers.expire import expire_holds

pytestmark = pytest.mark.usefixtures("own_database")

WRONG_BY = [timedelta(minutes=5), timedelta(minutes=-5)]
TOLERANCE = timedelta(seconds=30)


@pytest.fixture(params=WRONG_BY, ids=["ahead", "behind"])
def right_now(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The right time, in a process whose machine has another one."""
    right = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + request.param)
    return right


def is_right(at: datetime | None, right_now: datetime) -> bool:
    return at is not None and abs(at - right_now) < TOLERANCE


def test_an_outcome_and_a_hold_have_the_databases_time(right_now: datetime) -> None:
    shop = open_shop()
    order_id = shop.order(("TEA-80", 4))
    shop.submit(Kind.RESERVE, order_id, expires_in_s=60)
    execute([order_id])
    assert is_right(Command.objects.get(order_id=order_id).settled_at, right_now)
    assert is_right(Hold.objects.get(order_id=order_id).expires_at, right_now + timedelta(seconds=60))
    assert expire_holds() == 0
    assert audit() == []


def test_a_drawer_is_closed_at_the_databases_time(right_now: datetime) -> None:
    shop = open_shop()
    close_drawer(shop)
    assert is_right(Closing.objects.get().closed_at, right_now)


def test_the_clock_is_asked_for_once_in_a_while(
    right_now: datetime, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    assert is_right(clock.now(), right_now)
    with django_assert_num_queries(0):
        assert is_right(clock.now(), right_now)
