"""Connections to RabbitMQ, on which nobody waits for long."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import amqp
from amqp.exceptions import AMQPError, MessageNacked, NotFound
from kombu import Connection
from kombu.exceptions import KombuError

from base.broker.port import ANSWERS_WITHIN_S, BrokerFault
from base.causes import why

_FAULTS = (AMQPError, MessageNacked, KombuError, OSError)

Answer = TypeVar("Answer")


def tls_of(url: str) -> dict[str, Any] | None:
    """A certificate is asked for, of an authority that the machine trusts, and for the host that was named."""
    return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None} if url.startswith("amqps://") else None


class Line:
    """A connection for one thread at a time, and its channel."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: amqp.Connection | None = None
        self._channel: Any = None

    def take(self, step: Callable[[Any], Answer]) -> Answer:
        """Raises BrokerFault; NotFound where there is no such queue or exchange."""
        try:
            return self._take(step)
        except NotFound:
            self._drop()
            raise
        except _FAULTS as error:
            self._drop()
            raise BrokerFault(why(error)) from error

    def _take(self, step: Callable[[Any], Answer]) -> Answer:
        is_new = self._connection is None
        try:
            return self._once(step)
        except TimeoutError:
            raise
        except (amqp.exceptions.ConnectionError, OSError):
            # An idle connection may have been closed by the other side: that says nothing about the broker yet.
            if is_new:
                raise
            self._drop()
            return self._once(step)

    def _once(self, step: Callable[[Any], Answer]) -> Answer:
        if self._connection is None:
            self._connection = _connect(self._url, within_s=ANSWERS_WITHIN_S)
            self._channel = self._connection.channel()
        return step(self._channel)

    def _drop(self) -> None:
        """Without a word: nobody may be there to hear it."""
        if self._connection is not None:
            self._connection.collect()
            self._connection = self._channel = None


def _connect(url: str, *, within_s: float, heartbeat: float = 0) -> amqp.Connection:
    """In one attempt. Of all that is asked on it each answer has to come in that time."""
    client = Connection(
        url,
        transport="pyamqp",  # kombu's own: here each connection has its own time
        connect_timeout=within_s,
        heartbeat=heartbeat,
        ssl=tls_of(url),
        transport_options={"confirm_publish": True},
    )
    connection = client.transport.establish_connection()
    connection.transport.sock.settimeout(within_s)
    return connection


@contextmanager
def connected(url: str, *, within_s: float, heartbeat: float = 0) -> Iterator[amqp.Connection]:
    """Raises BrokerFault."""
    try:
        connection = _connect(url, within_s=within_s, heartbeat=heartbeat)
        try:
            yield connection
            connection.close()
        finally:
            connection.collect()
    except _FAULTS as error:
        raise BrokerFault(why(error)) from error
