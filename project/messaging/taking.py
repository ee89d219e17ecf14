"""A worker that takes nothing although messages wait ends itself, and who looks after it begins it anew.

It may be alive, answer whoever asks and give its signs of life, and yet its window of messages may count as full, or
its line to the broker be dead on one side: then its queue waits for ever. So it looks itself: where something waits, it
has nothing, and it has taken nothing since the last looks, it is of no use to anybody.
"""

import logging
from dataclasses import dataclass
from typing import Any

from celery import bootsteps
from celery.platforms import EX_FAILURE
from celery.worker import state

from base.broker.choose import broker_at
from base.broker.port import BrokerFault

LOOKS_EVERY_S = 1.0
LOOKS_MAX = 8
"""In a row: what waits at one look may be what came a moment ago."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Looks:
    """`idle`: so many in a row saw messages that wait and a worker that has none. `taken`: since it began."""

    idle: int = 0
    taken: int = 0

    def see(self, *, taken: int, has: int, waiting: int) -> bool:
        """Whether it takes nothing."""
        is_idle = waiting > 0 and not has and taken == self.taken
        self.idle, self.taken = (self.idle + 1 if is_idle else 0), taken
        return self.idle >= LOOKS_MAX


class Takes(bootsteps.StartStopStep):
    """A step of the worker's consumer (docs.celeryq.dev, "Extensions and Bootsteps")."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **options: Any) -> None:
        self._timer: Any = None
        super().__init__(consumer, **options)

    def start(self, consumer: Any) -> None:
        self._looks = Looks()
        self._timer = consumer.timer.call_repeatedly(LOOKS_EVERY_S, self._look, (consumer.app,))

    def stop(self, consumer: Any) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look(self, app: Any) -> None:
        has, taken = len(state.reserved_requests), state.all_total_count[0]
        waiting = 0 if has or taken != self._looks.taken else _waiting(app)  # nobody is asked for nothing
        if self._looks.see(taken=taken, has=has, waiting=waiting) and state.should_stop is None:
            log.critical("%d messages wait and this worker takes none: it ends, to be started again", waiting)
            state.should_stop = EX_FAILURE


def _waiting(app: Any) -> int:
    """0 where the broker does not answer, which is another matter."""
    broker = broker_at(app.conf.broker_url)
    try:
        return sum(broker.waiting(name) for name in app.amqp.queues.consume_from)
    except BrokerFault:
        return 0
