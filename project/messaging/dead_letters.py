"""Where dead letters go is there before one does: Celery makes the queues that it reads, and nobody reads these."""

from typing import Any

from celery import bootsteps

from base.broker.amqp import DEAD


class DeadLetters(bootsteps.StartStopStep):
    """A step of the worker's consumer (docs.celeryq.dev, "Extensions and Bootsteps"), each time that it connects."""

    requires = {"celery.worker.consumer.connection:Connection"}

    def include_if(self, consumer: Any) -> bool:
        return bool(consumer.app.connection_for_write().transport.driver_type == "amqp")

    def start(self, consumer: Any) -> None:
        with consumer.connection.channel() as channel:
            DEAD(channel).declare()
