"""What the shop asks of a broker: on RabbitMQ as on Redis and Valkey."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from kombu import Connection
from kombu.message import Message
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from base.broker.choose import broker_at
from base.broker.port import BrokerFault
from orders.commands.core.machine import Kind
from orders.journal.bell import Waiter, Waiters, announce
from orders.journal.core.batch import DrawerSubject, OrderSubject, Rung
from orders.journal.ring import QUEUE, WAITING_MAX, ring, ring_bulk, ring_drawer, ring_each, ring_failures
from project.messaging.broker import configuration
from tests.support.network.threads import begin

SOON_S = 60
NOWHERE = {"redis": "redis://127.0.0.1:1/0", "rabbitmq": "amqp://127.0.0.1:1//"}
Take = Callable[[], Message | None]


@pytest.fixture(params=["redis", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest, settings: Settings) -> str:
    url = str(request.getfixturevalue({"redis": "fresh_broker", "rabbitmq": "rabbit_url"}[request.param]))
    settings.BROKER_URL = url
    return url


@pytest.fixture
def take(broker_url: str) -> Iterator[Take]:
    """The next message of the queue, as a worker of Celery's has it."""
    queue = next(one for one in configuration(broker_url)["task_queues"] if one.name == QUEUE)
    with Connection(broker_url) as connection, connection.channel() as channel:
        mine = queue(channel)
        mine.declare()
        yield mine.get


def ring_once() -> None:
    ring(Kind.PAY, uuid7(), uuid7())


def all_of(take: Take) -> list[Message]:
    found = []
    while message := take():
        message.ack()
        found.append(message)
    return found


def test_one_ring_waits_until_it_is_taken(take: Take) -> None:
    for _ in range(20):
        ring_once()
    ring_bulk([OrderSubject(uuid7()), OrderSubject(uuid7())], [])
    assert len(all_of(take)) == 1
    ring_once()
    assert len(all_of(take)) == 1


def test_a_queue_of_some_stores_own_has_its_own_rings(take: Take, broker_url: str) -> None:
    """It is made by who rings first, as its workers make it."""
    ring_once()
    ring(Kind.PAY, uuid7(), uuid7(), queue="big")
    ring(Kind.PAY, uuid7(), uuid7(), queue="big")
    its = next(one for one in configuration(broker_url, ["commands", "big"])["task_queues"] if one.name == "big")
    with Connection(broker_url) as connection, connection.channel() as channel:
        its(channel).declare()
        (message,) = all_of(its(channel).get)
        its(channel).delete()
    assert message.delivery_info["routing_key"] == "big", "by it a worker knows whom it helps"
    assert len(all_of(take)) == 1


def test_a_ring_that_is_being_seen_to_waits_no_more(take: Take) -> None:
    """Whoever has it may not find what comes in now."""
    ring_once()
    taken = take()
    ring_once()
    assert len(all_of(take)) == 1
    assert taken
    taken.ack()


def test_threads_that_ring_at_once_leave_one(take: Take) -> None:
    def ring_often() -> None:
        for _ in range(25):
            ring_once()

    tills = [begin(ring_often) for _ in range(8)]
    for till in tills:
        till.result(SOON_S)
    assert len(all_of(take)) == 1


def test_a_ring_is_a_task_of_celery(take: Take) -> None:
    order_id, command_id = uuid7(), uuid7()
    ring(Kind.PAY, order_id, command_id)
    (message,) = all_of(take)
    assert (message.headers["task"], message.headers["id"]) == ("orders.pay", str(command_id))
    assert message.headers["eta"] is None
    assert message.headers["ignore_result"] is True
    assert message.decode()[:2] == [[], {"order_id": str(order_id), "command_id": str(command_id)}]
    assert message.properties["correlation_id"] == str(command_id)


def test_what_is_found_by_its_name_alone_is_rung_for_though_a_ring_waits(take: Take) -> None:
    ring_once()
    ring_drawer(Kind.DRAWER_OPEN, 9, uuid7())
    ring_bulk([OrderSubject(uuid7()), DrawerSubject(9)], [])
    ring_each([Rung(Kind.PAY, OrderSubject(uuid7()), uuid7()) for _ in range(3)])
    assert len(all_of(take)) == 6


def test_only_so_many_wait_whoever_rings(take: Take) -> None:
    for _ in range(WAITING_MAX + 10):
        ring_drawer(Kind.DRAWER_MOVEMENT, 9, uuid7())
    ring_each([Rung(Kind.PAY, OrderSubject(uuid7()), uuid7())])
    assert len(all_of(take)) == WAITING_MAX


def test_who_waits_is_woken_and_told(broker_url: str) -> None:
    mine, other = uuid7(), uuid7()
    bell = Waiters(broker_url, waiters_max=2, per_owner_max=2)
    with bell.registered([mine], owner=1) as first, bell.registered([other], owner=1) as second:
        waiter, neighbour = there(first), there(second)
        assert waiter.wait(SOON_S), "nobody listens"
        assert neighbour.wait(SOON_S)
        announce([uuid7(), mine], {mine: b"settled"})
        assert waiter.wait(SOON_S)
        assert waiter.said([mine]) == {mine: b"settled"}
        assert not neighbour.wait(0)
    bell.close()


def test_all_web_processes_hear(broker_url: str) -> None:
    mine = uuid7()
    bells = [Waiters(broker_url, waiters_max=1, per_owner_max=1) for _ in range(2)]
    with bells[0].registered([mine], owner=1) as first, bells[1].registered([mine], owner=1) as second:
        both = [there(first), there(second)]
        assert all(waiter.wait(SOON_S) for waiter in both)
        announce([mine])
        assert all(waiter.wait(SOON_S) for waiter in both)
    for bell in bells:
        bell.close()


def test_a_listener_stops_when_it_is_told_to(broker_url: str) -> None:
    closed = threading.Event()
    heard = broker_at(broker_url).news("ringup:test").heard(closed)
    assert next(heard) is None
    closed.set()
    assert list(heard) == []


def test_a_broker_that_is_there_answers(broker_url: str) -> None:
    broker_at(broker_url).ping(within_s=SOON_S)


@pytest.mark.parametrize("of", NOWHERE)
def test_a_dead_broker_costs_little_once(of: str, settings: Settings) -> None:
    settings.BROKER_URL = NOWHERE[of]
    before, began = ring_failures._value.get(), time.monotonic()
    for _ in range(100):
        ring_once()
    announce([uuid7()])
    assert time.monotonic() - began < 10
    assert ring_failures._value.get() == before + 100
    with pytest.raises(BrokerFault):
        broker_at(NOWHERE[of]).ping(within_s=1)


def there(waiter: Waiter | None) -> Waiter:
    assert waiter is not None
    return waiter
