"""Some commands have workers of their own: a ring helps the share of its queue alone, and every queue is swept."""

import json
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import redis
from celery import Task
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.commands.core.machine import Kind
from orders.journal.core.batch import DrawerSubject, OrderSubject, Rung, StoreSubject
from orders.journal.core.shares import COMMANDS, Lane, Route
from orders.journal.db import backlog
from orders.journal.db.repair import retry
from orders.journal.db.shares import code_of
from orders.journal.repair import repair
from orders.journal.ring import ring_for
from orders.models import Command
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states
from workers import sweep
from workers.tasks import answer_ring

NORTH, BULK = "big", "bulk"
LATER = timedelta(minutes=5)


@pytest.fixture
def stores(own_database: str, settings: Settings) -> Iterator[tuple[Shop, Shop]]:
    """The sales of one have a queue of their own; so has the stock of all."""
    settings.COMMAND_QUEUES = (Route("*", Lane.STOCK, BULK), Route("north", None, NORTH))
    code_of.cache_clear()
    yield open_shop("north"), open_shop("south")
    code_of.cache_clear()


@pytest.fixture
def taken(fresh_broker: str, settings: Settings) -> Iterator[Callable[[], dict[str, set[str]]]]:
    """By queue, the commands that rings name; then they are gone."""
    settings.BROKER_URL = fresh_broker

    def take() -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for queue in (COMMANDS, NORTH, BULK):
            while message := broker.rpop(queue):
                told: dict[str, Any] = json.loads(b64decode(json.loads(message)["body"]))[1]
                found[queue].update(told.get("command_ids") or [told.get("command_id")])
        return found

    with redis.Redis.from_url(fresh_broker) as broker:
        yield take


def named(*commands: UUID) -> set[str]:
    return set(map(str, commands))


def taken_from(routing_key: str) -> Task:
    """What a message makes of a task that came from there."""
    request = SimpleNamespace(delivery_info={"routing_key": routing_key}, retries=0)
    task: Task = type("Taken", (Task,), {"request": request})()
    return task


@pytest.mark.parametrize("routing_key", [NORTH, f"0.0.0.0.1.{NORTH}"], ids=["at once", "a retry on RabbitMQ"])
def test_whoever_takes_a_ring_helps_the_share_of_its_queue_alone(
    routing_key: str, stores: tuple[Shop, Shop], taken: Any
) -> None:
    north, south = stores
    sales = [shop.sale()[1] for shop in (north, south)]
    stock = [shop.receive("TEA-80", 1) for shop in (north, south)]
    answer_ring(taken_from(routing_key), [])
    assert states([*sales, *stock]) == ["applied", "pending", "pending", "pending"]
    answer_ring(taken_from(BULK), [])
    assert states([*sales, *stock]) == ["applied", "pending", "applied", "applied"]
    answer_ring(taken_from(COMMANDS), [])
    assert states([*sales, *stock]) == ["applied"] * 4


def test_what_a_full_batch_leaves_is_rung_for_on_its_own_queue(
    stores: tuple[Shop, Shop], taken: Any, settings: Settings
) -> None:
    settings.COMMAND_BATCH_MAX = 1
    north, south = stores
    for shop in (south, north):
        for _ in range(2):
            shop.sale()
    answer_ring(taken_from(NORTH), [])
    assert list(taken()) == [NORTH]
    answer_ring(taken_from(NORTH), [])
    assert taken() == {}, "what another queue's workers have to do is none of its"


def test_what_waits_is_rung_for_on_the_queue_of_its_store(stores: tuple[Shop, Shop], taken: Any) -> None:
    """Whoever rings, whether or not he knows which store's it is."""
    north, south = stores
    (of_north, one), (of_south, other) = north.sale(), south.sale()
    received = north.receive("TEA-80", 1)
    drawer = Rung(Kind.DRAWER_OPEN, DrawerSubject(7), UUID(int=7), south.store_id)
    ring_for(
        [
            Rung(Kind.PAY, OrderSubject(of_north), one),
            Rung(Kind.PAY, OrderSubject(of_south), other),
            Rung(Kind.RECEIVE, StoreSubject(north.store_id), received),
            drawer,
        ]
    )
    assert taken() == {NORTH: named(one), BULK: named(received), COMMANDS: named(other, drawer.command_id)}


def test_all_queues_are_swept_though_one_is_full_of_what_nobody_takes(
    stores: tuple[Shop, Shop], taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "LIMIT", 2)
    north, south = stores
    stuck = [north.sale()[1] for _ in range(3)]
    sold = south.sale()[1]
    Command.objects.update(ring_at=timezone.now() - LATER)
    assert sweep.sweep() == 3
    assert taken() == {NORTH: named(*stuck[:2]), COMMANDS: named(sold)}


def test_another_mapping_holds_for_what_waits_already_and_keeps_its_order(
    stores: tuple[Shop, Shop], taken: Any, settings: Settings
) -> None:
    """Its ring lies in a queue that nobody takes from any more."""
    north, _ = stores
    order_id = north.order(("TEA-80", 1))
    before = north.submit(Kind.RESERVE, order_id)
    ring_for([Rung(Kind.RESERVE, OrderSubject(order_id), before)])
    settings.COMMAND_QUEUES = (Route("north", None, BULK),)
    after = north.submit(Kind.RELEASE, order_id)
    Command.objects.update(ring_at=timezone.now() - LATER)
    sweep.sweep()
    assert taken() == {NORTH: named(before), BULK: named(before, after)}
    answer_ring(taken_from(BULK), [OrderSubject(order_id)])
    assert states([before, after]) == ["applied", "applied"], "the later one first would be refused"
    answer_ring(taken_from(NORTH), [OrderSubject(order_id)])  # the old ring, once somebody takes it after all
    assert states([before, after]) == ["applied", "applied"]


def test_what_an_operator_retries_is_rung_for_on_its_queue(stores: tuple[Shop, Shop], taken: Any) -> None:
    north, _ = stores
    order_id, parked = north.sale()
    Command.objects.update(state="parked")
    waiting = north.submit(Kind.CANCEL, order_id)
    execute([order_id], helps=False)
    assert repair(lambda store_id, id_: retry(store_id, id_, by="night shift"), [(north.store_id, parked)])
    assert taken() == {NORTH: named(parked, waiting)}


def test_what_waits_on_one_queue_takes_no_room_on_another(
    stores: tuple[Shop, Shop], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMANDS_PENDING_MAX = 1
    monkeypatch.setattr(backlog, "backlogs", {})
    north, south = stores
    north.sale()
    assert not backlog.has_room(north.store_id, [Lane.SALES])
    assert not backlog.has_room(north.store_id, [Lane.STOCK, Lane.SALES])
    assert backlog.has_room(north.store_id, [Lane.STOCK])
    assert backlog.has_room(south.store_id, [Lane.SALES])
