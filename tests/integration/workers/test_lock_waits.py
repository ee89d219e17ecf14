"""Who waited for which row, and how long: told by the command's row, to who looks, and to a monitor."""

import os
import time
from uuid import UUID

import psycopg
import pytest
from pytest_django.fixtures import Settings

from base.contention import Wait, kept
from base.worker_name import worker_name
from inventory.models import Product
from orders.journal.admin.story import story_of_command
from orders.models import Command
from tests.integration.workers.execute.test_faults import locked
from tests.integration.workers.test_counted import Gained
from tests.support.database import connected_to
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import Shop, open_shop, state

BUSY_S, HELD_S = 0.5, 0.6
"""A machine that has much else to do is no lock that was waited for, however slow it is just now."""


@pytest.fixture(autouse=True)
def _own_broker(fresh_broker: str, settings: Settings) -> None:
    settings.BROKER_URL = fresh_broker


def longest(url: str) -> list[Wait]:
    now = time.time()
    found = kept(url).longest(since=now - 3_600, now=now, rows_max=10)
    assert found is not None
    return found


def settle_behind(url: str, rows: str, order_id: UUID) -> None:
    """While somebody has these rows for a moment."""
    with psycopg.connect(url) as somebody:
        somebody.execute(f"SELECT FROM {rows} FOR UPDATE")
        settling = begin(lambda: execute([order_id], helps=False))
        until_done_or_waiting(settling)
        somebody.execute("SELECT pg_sleep(%s)", (HELD_S,))
        somebody.rollback()
    assert settling.result(PATIENCE_S).settled


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.mark.parametrize(
    ("rows", "of"), [("inventory_stocklevel", "product"), ("orders_order", "order")], ids=["levels", "order"]
)
def test_a_row_that_was_waited_for_is_told_with_its_time(
    shop: Shop, own_database: str, fresh_broker: str, monkeypatch: pytest.MonkeyPatch, rows: str, of: str
) -> None:
    monkeypatch.setattr("base.sql.sets.WAIT_MIN_S", BUSY_S)
    order_id, command_id = shop.sale(("TEA-80", 1))
    waited = Gained("ringup_lock_wait_seconds_total", of=of)
    settle_behind(own_database, rows, order_id)
    found = longest(fresh_broker)
    tea = Product.objects.get(store_id=shop.store_id, sku="TEA-80")
    assert [(one.of, one.id) for one in found] == [(of, str(tea.id if of == "product" else order_id))]
    assert HELD_S <= waited() == pytest.approx(found[0].seconds, abs=0.001)
    command = Command.objects.get(id=command_id)
    assert command.worker == worker_name(os.getpid())
    assert command.waited_ms == pytest.approx(1_000 * waited(), abs=1)
    assert command.waited_ms
    waited_s = f"{command.waited_ms / 1_000:.3f}"
    assert f"by the worker {command.worker}, having waited {waited_s} s" in story_of_command(command)


def test_who_waited_for_nobody_says_who_it_was_alone(
    shop: Shop, fresh_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("base.sql.sets.WAIT_MIN_S", BUSY_S)
    order_id, command_id = shop.sale()
    execute([order_id])
    command = Command.objects.get(id=command_id)
    assert (command.worker, command.waited_ms) == (worker_name(os.getpid()), None)
    assert longest(fresh_broker) == []


@pytest.mark.parametrize(
    ("rows", "of"), [("inventory_stocklevel", "product"), ("orders_order", "order")], ids=["levels", "order"]
)
def test_a_row_that_was_waited_for_in_vain_is_told_too(
    shop: Shop, own_database: str, fresh_broker: str, settings: Settings, rows: str, of: str
) -> None:
    settings.LOCK_TIMEOUT_MS = 50
    order_id, command_id = shop.sale(("TEA-80", 1))
    ended = Gained("ringup_lock_timeouts_total", of=of)
    with locked(own_database, rows), connected_to(own_database), pytest.raises(psycopg.errors.LockNotAvailable):
        run([order_id])
    tea = Product.objects.get(store_id=shop.store_id, sku="TEA-80")
    (found,) = longest(fresh_broker)
    assert (found.of, found.id) == (of, str(tea.id if of == "product" else order_id))
    assert found.seconds == pytest.approx(ended() * 0.05)
    assert ended() == 4
    assert state(command_id) == "pending"


def test_a_command_that_is_begun_alone_says_by_whom(shop: Shop, own_database: str, settings: Settings) -> None:
    settings.LOCK_TIMEOUT_MS = 50
    order_id, command_id = shop.sale()
    Command.objects.filter(id=command_id).update(attempts=1)
    with (
        locked(own_database, "inventory_stocklevel"),
        connected_to(own_database),
        pytest.raises(psycopg.errors.LockNotAvailable),
    ):
        run([order_id])
    command = Command.objects.get(id=command_id)
    assert (command.attempts, command.worker) == (2, worker_name(os.getpid()))
    assert "inventory_stocklevel" in command.last_error


def test_what_is_kept_is_bounded_and_a_broker_that_is_away_is_no_trouble(fresh_broker: str) -> None:
    now = time.time()
    waits = [Wait("product", str(number), number) for number in range(1, 301)]
    kept(fresh_broker).add(waits, now=now)
    found = kept(fresh_broker).longest(since=now, now=now, rows_max=1_000)
    assert found is not None
    assert [one.seconds for one in found] == list(range(300, 100, -1)), "the shortest are left out"
    nowhere = kept("redis://127.0.0.1:1")
    nowhere.add(waits, now=now)
    assert nowhere.longest(since=now, now=now, rows_max=1) is None
