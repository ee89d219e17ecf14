"""Which adapter speaks to the broker: its URL tells."""

from functools import cache

from base.broker.port import Broker
from base.broker.redis import Redis


@cache
def broker_at(url: str) -> Broker:
    return Redis(url)
