"""One RabbitMQ for all tests of this room: each has a virtual host of its own, or leaves none of its queues behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from base.broker.amqp import DEAD
from project.messaging.broker import NAMES
from project.stack.embedded.rabbitmq import EmbeddedRabbitMQ, rabbitmq
from tests.support.fixtures import node, own_database

__all__ = ["node", "own_database"]

ROOM = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out where there is no RabbitMQ, which `./ringup test` says."""
    if rabbitmq() is None and (left_out := [item for item in items if item.path.is_relative_to(ROOM)]):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="package")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRabbitMQ]:
    with EmbeddedRabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture
def rabbit_url(rabbit: EmbeddedRabbitMQ) -> Iterator[str]:
    """Of a virtual host that has no queues, neither before nor after."""
    url = rabbit.url_of(1)
    yield url
    with Connection(url) as connection, connection.channel() as channel:
        for name in (*NAMES, DEAD.name):
            channel.queue_delete(name)
