"""What a worker tells Flower about its tasks."""

import json
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from orders.commands.core.machine import Kind
from orders.journal.ring import ring
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, wait_settled
from tests.support.shop.shop import open_shop

SALES = 40


@pytest.fixture
def heard(fresh_broker: str) -> Iterator["redis.client.PubSub"]:
    """The channels of the broker to which workers send events."""
    with redis.Redis.from_url(fresh_broker) as broker, broker.pubsub() as pubsub:
        pubsub.psubscribe("*celeryev*")
        yield pubsub


def events_of(pubsub: "redis.client.PubSub", *, until: str, count: int) -> tuple[int, Counter[str]]:
    """How many messages it took until `count` events `until` came; and all events by type."""
    messages, seen = 0, Counter[str]()
    end = time.monotonic() + SETTLED_WITHIN_S
    while seen[until] < count:
        assert time.monotonic() < end, seen
        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
        found = of_tasks(message) if message else []
        messages += bool(found)
        seen.update(event["type"] for event in found)
    return messages, seen


def of_tasks(message: dict[str, Any]) -> list[dict[str, Any]]:
    body = json.loads(b64decode(json.loads(message["data"])["body"]))
    events = body if isinstance(body, list) else [body]
    return [event for event in events if event["type"].startswith("task-")]


def test_every_task_is_told_of_in_few_messages(node: StartNode, heard: "redis.client.PubSub") -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    node()
    sales = [shop.sale(("POSTAGE", 1)) for _ in range(SALES)]
    for order_id, command_id in sales:
        ring(Kind.PAY, order_id, command_id, though_one_waits=True)
    wait_settled(*[command_id for _, command_id in sales])
    messages, seen = events_of(heard, until="task-succeeded", count=SALES)
    assert [seen[f"task-{what}"] for what in ("received", "started", "succeeded")] == [SALES] * 3
    assert messages < SALES / 2
