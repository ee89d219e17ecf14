"""What befalls Valkey."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from benchmarks.chaos.faults import processes, wires
from benchmarks.chaos.faults.place import Fault, Place

NAME = "valkey"


@contextmanager
def _empty(place: Place, _: random.Random, __: float) -> Iterator[bool]:
    try:
        with redis.Redis.from_url(place.stack.run_info["broker_url"], socket_timeout=2) as broker:
            broker.flushall()
    except redis.exceptions.RedisError:
        yield False
    else:
        yield True


EMPTIED = Fault(name="broker emptied", kind="lost rings", begin=_empty)

STRIKES = (
    processes.killed(NAME),
    processes.stopped(NAME),
    wires.told("broker", "lose LPUSH"),
    wires.told("broker", "deafen BRPOP"),
    EMPTIED,
    EMPTIED,
)
