"""A ring is a Celery message; a broker that takes neither it nor the news slows nobody down for long."""

import json
import socket
import time
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from base.broker.port import ANSWERS_WITHIN_S
from base.broker.redis import Redis
from orders.commands.core.machine import Kind
from orders.journal.bell import Waiters, announce
from orders.journal.core.batch import DrawerSubject, OrderSubject, StoreSubject
from orders.journal.ring import QUEUE, message, ring, ring_bulk, ring_drawer, ring_failures, ring_stock
from project.celery import app
from project.stack.embedded.child import wait_until
from tests.support.network.threads import PATIENCE_S, begin

NOWHERE = "redis://127.0.0.1:1/0"
ONCE_S = 4
"""On a slow machine, too; a hundred timeouts take 30 s."""


@pytest.fixture
def as_in_a_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a broker any longer."""
    monkeypatch.setattr("base.broker.redis.ANSWERS_WITHIN_S", ANSWERS_WITHIN_S)


@pytest.fixture
def silent(as_in_a_shop: None, settings: Settings) -> Iterator[None]:
    """A broker that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield


@pytest.fixture
def broker(fresh_broker: str, settings: Settings) -> Iterator[redis.Redis]:
    settings.BROKER_URL = fresh_broker
    with redis.Redis.from_url(fresh_broker) as client:
        yield client


def read(envelope: bytes | str) -> dict[str, Any]:
    """A message without what is different in each: the mark of its delivery and who sent it."""
    found: dict[str, Any] = json.loads(envelope)
    found["body"] = json.loads(b64decode(found["body"]))
    del found["properties"]["delivery_tag"], found["properties"]["reply_to"], found["headers"]["origin"]
    return found


def test_a_message_is_what_celery_would_send(broker: redis.Redis, fresh_broker: str) -> None:
    kwargs = {"order_id": str(uuid7()), "command_id": str(uuid7())}
    task = "orders.named_only"  # the web knows no task, and sends none of a task's own settings
    with app.connection_for_write(fresh_broker) as connection:
        app.send_task(
            task,
            kwargs=kwargs,
            task_id=kwargs["command_id"],
            queue=QUEUE,
            ignore_result=True,
            connection=connection,
        )
    (sent,) = broker.lrange(QUEUE, 0, -1)
    ours = Redis(fresh_broker).rings(QUEUE, waiting_max=1).packed(message(task, kwargs["command_id"], kwargs))
    assert read(ours) == read(sent)


def test_rings_name_the_task_and_what_it_is_about(broker: redis.Redis) -> None:
    order_id, command_id = uuid7(), uuid7()
    ring(Kind.WRITE_OFF, order_id, command_id)
    ring_stock(Kind.RECEIVE, 7, command_id, though_one_waits=True)
    ring_drawer(Kind.DRAWER_OPEN, 9, command_id)
    ring_bulk([OrderSubject(order_id), StoreSubject(7), DrawerSubject(9)], [command_id])
    rung = [read(envelope) for envelope in reversed(broker.lrange(QUEUE, 0, -1))]
    assert [one["headers"]["task"] for one in rung] == [
        "orders.write_off",
        "orders.receive",
        "orders.drawer_open",
        "orders.bulk",
    ]
    assert [one["body"][1] for one in rung] == [
        {"order_id": str(order_id), "command_id": str(command_id)},
        {"store_id": 7, "command_id": str(command_id)},
        {"drawer_id": 9, "command_id": str(command_id)},
        {"order_ids": [str(order_id)], "store_ids": [7], "drawer_ids": [9], "command_ids": [str(command_id)]},
    ]


def failures() -> float:
    return float(ring_failures._value.get())


def assert_a_hundred_rings_cost_one() -> None:
    before, began = failures(), time.monotonic()
    for _ in range(100):
        ring(Kind.PAY, uuid7(), uuid7())
    assert time.monotonic() - began < ONCE_S
    assert failures() == before + 100


def test_a_dead_broker_costs_little_once(settings: Settings) -> None:
    settings.BROKER_URL = NOWHERE
    assert_a_hundred_rings_cost_one()


@pytest.mark.usefixtures("silent")
def test_a_broker_that_never_answers_costs_its_timeout_once() -> None:
    assert_a_hundred_rings_cost_one()


@pytest.mark.usefixtures("silent")
def test_a_broker_that_never_answers_holds_no_worker_up() -> None:
    began = time.monotonic()
    announce([uuid7()])
    assert time.monotonic() - began < 5


def test_who_listens_and_hears_nothing_asks_whether_the_broker_is_there(
    broker: redis.Redis, fresh_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is gone ends no connection."""
    monkeypatch.setattr("base.broker.redis.HEALTH_CHECK_S", 1)
    before = {one["id"] for one in broker.client_list()}
    bell = Waiters(fresh_broker, waiters_max=1, per_owner_max=1)

    def has_asked() -> bool:
        listening = [one for one in broker.client_list(_type="pubsub") if one["id"] not in before]
        return any(one["cmd"] == "ping" for one in listening)

    with bell.registered([uuid7()], owner=1):
        assert wait_until(has_asked, seconds=PATIENCE_S)
    bell.close()


def test_a_connection_that_was_cut_loses_no_ring(broker: redis.Redis) -> None:
    ring(Kind.PAY, uuid7(), uuid7())
    assert broker.rpop(QUEUE)
    assert broker.client_kill_filter(_type="normal", skipme=True)
    before = failures()
    ring(Kind.PAY, uuid7(), uuid7())
    assert broker.llen(QUEUE) == 1
    assert failures() == before


@pytest.mark.usefixtures("as_in_a_shop")
def test_a_broker_that_came_back_is_rung_again(broker: redis.Redis, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.BROKER_URL = f"redis://127.0.0.1:{port}/0"
    ring(Kind.PAY, uuid7(), uuid7())
    with redis.Redis.from_url(settings.BROKER_URL) as absent, pytest.raises(redis.ConnectionError):
        absent.ping()
    with socket.create_server(("127.0.0.1", port)) as back:
        assert wait_until(lambda: _rings_at(back), seconds=PATIENCE_S)


def _rings_at(server: socket.socket) -> bool:
    """Whether a ring comes to the server, which takes it."""
    server.settimeout(0.05)
    caller = begin(lambda: ring(Kind.PAY, uuid7(), uuid7()))
    try:
        connection, _ = server.accept()
    except TimeoutError:
        return False
    finally:
        caller.result(PATIENCE_S)
    connection.close()
    return True
