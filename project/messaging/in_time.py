"""RabbitMQ for Celery's programs, so that nobody waits for it without end.

Celery waits for a confirm, and for each answer, as long as it takes. A server whose memory or disk is low reads nothing
from whoever sends (rabbitmq.com/docs/alarms), and one that is cut off says nothing: a worker would stand still in its
own loop, with whatever it was about to tell Flower, and a child with the ring that was to follow.

Here an answer has its time. And what need not arrive, events and replies to those who ask workers, waits for no confirm
and is dropped while the server takes nothing: it tells each connection that sends.
"""

from contextlib import suppress
from typing import Any

import amqp
from kombu.transport import pyamqp

ANSWERS_WITHIN_S = 2.0
TRANSIENT = 1
"""Its delivery mode (AMQP 0-9-1, basic class)."""


class Channel(pyamqp.Channel):  # type: ignore[misc] # kombu has no types
    def wait(self, *args: Any, timeout: float | None = None, **how: Any) -> Any:
        return super().wait(*args, timeout=timeout or ANSWERS_WITHIN_S, **how)

    def basic_publish_confirm(self, msg: amqp.Message, *args: Any, confirm_timeout: Any = None, **how: Any) -> Any:
        if msg.properties.get("delivery_mode") != TRANSIENT:
            return super().basic_publish_confirm(msg, *args, confirm_timeout=confirm_timeout, **how)
        if self.connection and self.connection.takes_nothing():
            return None
        return pyamqp.Channel.basic_publish(self, msg, *args, **how)


class Connection(pyamqp.Connection):  # type: ignore[misc]
    Channel = Channel

    def __init__(self, *args: Any, **how: Any) -> None:
        self._is_blocked = False
        super().__init__(*args, on_blocked=self._block, on_unblocked=self._unblock, **how)

    def wait(self, *args: Any, timeout: float | None = None, **how: Any) -> Any:
        return super().wait(*args, timeout=timeout or ANSWERS_WITHIN_S, **how)

    def takes_nothing(self) -> bool:
        """As it said last: whoever only sends reads nothing otherwise."""
        if self._is_blocked:
            with suppress(TimeoutError):
                self.drain_events(timeout=0)
        return self._is_blocked

    def _block(self, _: str) -> None:
        self._is_blocked = True

    def _unblock(self) -> None:
        self._is_blocked = False


class Transport(pyamqp.Transport):  # type: ignore[misc]
    Connection = Connection
