"""A shop whose workers are alive."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from base.outside.signs import Giver, Role


@pytest.fixture(autouse=True)
def _all_give_signs() -> Iterator[None]:
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        for role in Role:
            Giver(role, settings.BROKER_URL).give()
        yield
        broker.delete("ringup:signs")
