"""A worker whose machine has another time settles at the database's: what it writes, others compare with theirs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from celery.utils.imports import symbol_by_name
from django.utils import timezone
from kombu import Message

from base.sql import clock
from base.sql.sets import cursor
from inventory.models import Hold
from orders.accounting.outside.relay import relay_outbox
from orders.accounting.port import AccountingFault
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Closing, Command, JournalEntry
from project.celery import app
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.cashier import close_drawer
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop
from workers.expire import expire_holds
from workers.late import Request
from workers.upkeep import relay_outbox as relay_outbox_task

pytestmark = pytest.mark.usefixtures("own_database")

WRONG_BY = [timedelta(minutes=5), timedelta(minutes=-5)]
TOLERANCE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _heard_anew() -> Iterator[None]:
    """What a test has heard is forgotten after it."""
    yield
    clock.hear(datetime.now(UTC))


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


def test_what_is_due_is_leased_and_what_fails_is_tried_again_at_the_databases_time(right_now: datetime) -> None:
    """Whoever wrote that an entry is due just now may have heard the time a moment later than who looks for it."""
    shop = open_shop()
    order_id, _ = shop.sale()
    execute([order_id])
    assert relay_outbox(PaperBooks(next_answers=[fails(AccountingFault("no answer"))])).failed == 1
    entry = JournalEntry.objects.get()
    assert is_right(entry.next_attempt_at, right_now)
    cursor().execute("UPDATE orders_journalentry SET next_attempt_at = clock_timestamp()")
    assert relay_outbox(PaperBooks()).done == 1


@pytest.mark.parametrize("seconds", [10, -10], ids=["in time", "too late"])
def test_a_message_comes_too_late_by_the_clock_that_it_was_dated_by(seconds: float) -> None:
    """As far as this process has heard it from the database, which is an hour behind this machine."""
    clock.hear(datetime.now(UTC) - timedelta(hours=1))
    expires = app.now() + timedelta(seconds=seconds)
    message = Message(
        body=b"[[], {}, {}]",
        headers={"id": str(uuid4()), "task": relay_outbox_task.name, "expires": expires.isoformat()},
        content_type="application/json",
        content_encoding="utf-8",
    )
    assert Request(message, app=app, task=relay_outbox_task).maybe_expire() is (seconds < 0)


def test_workers_look_at_their_messages_so() -> None:
    assert symbol_by_name(relay_outbox_task.Request) is Request


def test_the_clock_is_asked_for_once_in_a_while(
    right_now: datetime, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    assert is_right(clock.now(), right_now)
    with django_assert_num_queries(0):
        assert is_right(clock.now(), right_now)
