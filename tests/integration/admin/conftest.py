"""An operator with a browser, a shop to look at, and the queues that workers listen to."""

import json
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.support.shop.shop import Shop, open_shop


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create(username="night shift", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def rings(db: None) -> Any:
    """The messages that reached a queue since the test began."""
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.delete("commands", "io")
        yield lambda queue: [json.loads(message)["headers"] for message in broker.lrange(queue, 0, -1)]
        broker.delete("commands", "io")
