"""Which adapter speaks to the broker: its URL tells."""

from functools import cache

from base.broker.amqp import Amqp
from base.broker.port import Broker
from base.broker.redis import Redis


def is_amqp(url: str) -> bool:
    return url.startswith(("amqp://", "amqps://"))


@cache
def broker_at(url: str) -> Broker:
    return Amqp(url) if is_amqp(url) else Redis(url)
