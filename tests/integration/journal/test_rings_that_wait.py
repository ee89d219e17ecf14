"""Nobody rings while a ring waits: whoever takes that finds all that is pending. The queue itself tells what waits."""

import json
from collections.abc import Iterator

import pytest
import redis
from kombu import Queue
from kombu.message import Message
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from base.broker.redis import RING, Redis
from orders.commands.core.machine import Kind
from orders.journal.core.batch import DrawerSubject, OrderSubject, Rung
from orders.journal.ring import QUEUE, WAITING_MAX, message, ring, ring_bulk, ring_drawer, ring_each, ring_stock
from project.celery import app
from tests.support.network.threads import PATIENCE_S, begin


@pytest.fixture
def broker(fresh_broker: str, settings: Settings) -> Iterator[redis.Redis]:
    settings.BROKER_URL = fresh_broker
    with redis.Redis.from_url(fresh_broker) as client:
        yield client


@pytest.fixture
def taker(broker: redis.Redis, fresh_broker: str) -> Iterator[Queue]:
    """The queue as a worker of Celery's has it."""
    with app.connection_for_read(fresh_broker) as connection, connection.channel() as channel:
        yield Queue(QUEUE)(channel)


def ring_once() -> None:
    ring(Kind.PAY, uuid7(), uuid7())


def waiting(broker: redis.Redis) -> int:
    """How many messages wait."""
    count: int = broker.llen(QUEUE)
    return count


def taken(taker: Queue) -> Message:
    found = taker.get()
    assert found, "no message waits"
    return found


def test_one_ring_waits_however_many_tills_ring_at_once(broker: redis.Redis) -> None:
    def ring_often() -> None:
        for _ in range(50):
            ring_once()

    tills = [begin(ring_often) for _ in range(8)]
    for till in tills:
        till.result(PATIENCE_S)
    ring_stock(Kind.RECEIVE, 7, uuid7())
    ring_bulk([OrderSubject(uuid7()), OrderSubject(uuid7())], [])
    assert waiting(broker) == 1


def test_on_an_idle_shop_each_command_has_a_task_of_its_own(broker: redis.Redis) -> None:
    ids = [uuid7() for _ in range(3)]
    for command_id in ids:
        ring(Kind.PAY, uuid7(), command_id)
        (sent,) = map(json.loads, broker.lrange(QUEUE, 0, -1))
        broker.delete(QUEUE)
        assert (sent["headers"]["task"], sent["headers"]["id"]) == ("orders.pay", str(command_id))


def test_a_ring_that_was_taken_waits_no_more_whatever_becomes_of_its_taker(broker: redis.Redis, taker: Queue) -> None:
    ring_once()
    taken(taker)
    ring_once()
    assert waiting(broker) == 1


def test_a_ring_that_was_lost_with_its_broker_waits_no_more(broker: redis.Redis) -> None:
    ring_once()
    broker.flushdb()
    ring_once()
    assert waiting(broker) == 1


def test_the_broker_remembers_nothing_but_the_queue(broker: redis.Redis) -> None:
    for _ in range(3):
        ring_once()
    assert broker.keys() == [QUEUE.encode()]


def test_a_message_that_comes_again_is_no_ring_that_waits(broker: redis.Redis, taker: Queue) -> None:
    """It is for what it names alone: it may kill its worker again."""
    ring_once()
    taken(taker).requeue()
    assert waiting(broker) == 1
    ring_once()
    assert waiting(broker) == 2
    ring_once()
    assert waiting(broker) == 2


@pytest.mark.parametrize("later", [{"countdown": 5}, {"priority": 3, "countdown": 5}])
def test_a_retry_that_waits_for_its_time_is_no_ring_that_waits(
    broker: redis.Redis, fresh_broker: str, later: dict[str, int]
) -> None:
    with app.connection_for_write(fresh_broker) as connection:
        app.send_task("orders.pay", kwargs={"order_id": str(uuid7())}, queue=QUEUE, connection=connection, **later)
    before = waiting(broker)
    ring_once()
    ring_once()
    assert waiting(broker) == before + 1


def test_a_drawers_command_is_rung_for_though_a_ring_waits(broker: redis.Redis) -> None:
    ring_once()
    ring_drawer(Kind.DRAWER_OPEN, 9, uuid7())
    ring_bulk([OrderSubject(uuid7()), DrawerSubject(9)], [])
    assert waiting(broker) == 3


def test_what_a_sweep_finds_is_rung_for_by_name_though_a_ring_waits(broker: redis.Redis) -> None:
    ring_once()
    ring_each([Rung(Kind.PAY, OrderSubject(uuid7()), uuid7()) for _ in range(3)])
    assert waiting(broker) == 4
    broker.delete(QUEUE)
    ring_each([Rung(Kind.PAY, OrderSubject(uuid7()), uuid7()) for _ in range(250)])
    assert waiting(broker) == 3, "many by the hundred"


def test_only_so_many_wait_whoever_rings(broker: redis.Redis) -> None:
    for _ in range(WAITING_MAX + 10):
        ring_drawer(Kind.DRAWER_MOVEMENT, 9, uuid7())
    ring_each([Rung(Kind.PAY, OrderSubject(uuid7()), uuid7())])
    assert waiting(broker) == WAITING_MAX


def test_rings_may_be_sent_together(broker: redis.Redis, fresh_broker: str) -> None:
    packed = Redis(fresh_broker).rings(QUEUE, waiting_max=WAITING_MAX).packed(message("orders.bulk", str(uuid7()), {}))
    with broker.pipeline(transaction=False) as together:
        for _ in range(3):
            together.eval(RING, 1, QUEUE, packed, str(WAITING_MAX), "")
        assert together.execute() == [1, 0, 0]
