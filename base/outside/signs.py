"""Signs of life: who does the work says so on the broker, every few seconds, and whoever watches the shop sees who has
fallen silent.

A sign is given where the work is done, between two steps of it: who hangs in one gives none, whatever else of it runs.
Without a broker there are no signs; that it does not answer is told elsewhere.
"""

import contextlib
import os
import socket
import time
from dataclasses import dataclass
from enum import StrEnum

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

EVERY_S = 2.0
WITHIN_S = 10.0
"""Whose last sign is older gives none just now: all of them look more often."""
FORGOTTEN_AFTER_S = 7 * 24 * 3_600
"""Of a machine that is no more."""
_TIMEOUT_S = 0.3
_KEY = "ringup:signs"


class Role(StrEnum):
    COMMANDS = "commands"
    IO = "io"
    BEAT = "beat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """`at`: seconds since 1970."""

    role: Role
    host: str
    pid: int
    at: float


class Giver:
    """Of one thread. A sign that reaches no broker is not missed: the next one follows."""

    def __init__(self, role: Role, broker_url: str) -> None:
        self._name = f"{role}@{socket.gethostname()}"
        self._broker = _broker(broker_url)
        self._again_at = 0.0

    def give(self) -> None:
        """Not more often than need be."""
        if (now := time.monotonic()) < self._again_at:
            return
        self._again_at = now + EVERY_S
        with contextlib.suppress(redis.RedisError):
            self._broker.hset(_KEY, self._name, f"{time.time():.3f} {os.getpid()}")


def signs(broker_url: str) -> list[Sign] | None:
    """The last one of each role on each machine; None where the broker does not answer."""
    try:
        with _broker(broker_url) as broker:
            found: dict[bytes, bytes] = broker.hgetall(_KEY)
            last = [_sign(name.decode(), value.decode()) for name, value in found.items()]
            if old := [sign for sign in last if sign.at < time.time() - FORGOTTEN_AFTER_S]:
                broker.hdel(_KEY, *(f"{sign.role}@{sign.host}" for sign in old))
    except redis.RedisError:
        return None
    return last


def last_given(found: list[Sign]) -> dict[Role, float]:
    """When somebody of a role last gave a sign; 0: not in the last days."""
    return {role: max((sign.at for sign in found if sign.role is role), default=0.0) for role in Role}


def silent(given: dict[Role, float], *, silence_max_s: float) -> list[Role]:
    """Of whom nobody has given a sign for so long. 0: nobody is looked after."""
    limit = time.time() - max(silence_max_s, WITHIN_S)
    return [role for role, at in given.items() if silence_max_s and at < limit]


def _sign(name: str, value: str) -> Sign:
    role, _, host = name.partition("@")
    at, _, pid = value.partition(" ")
    return Sign(role=Role(role), host=host, pid=int(pid), at=float(at))


def _broker(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )
