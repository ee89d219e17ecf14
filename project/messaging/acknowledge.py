"""Acknowledging to Redis, where that may fail.

kombu counts a message as taken until the broker has heard that it is done with. Where the connection breaks just then,
Celery logs it and goes on, and the message counts for ever: a worker that takes one at a time would take no other one,
alive as it is. Here it counts no longer; the broker hands it out again after its visibility timeout, and whoever finds
nothing to do for it does nothing.
"""

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):  # type: ignore[misc] # kombu has no types
    def ack(self, delivery_tag: Any) -> None:
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


def acknowledge_in_any_case() -> None:
    """For all connections of this process."""
    redis.Channel.QoS = QoS
