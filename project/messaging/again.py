"""Celery's programs are at the broker again soon after it is back, however long it was away.

Celery's own pauses between two attempts grow to half a minute, and no setting says otherwise.
"""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

PAUSES_S = {"interval_start": 1, "interval_step": 1, "interval_max": 3}


class SoonAgain(Connection):  # type: ignore[misc] # kombu has no types
    def ensure_connection(self, *args: Any, **how: Any) -> Any:
        return super().ensure_connection(*args, **{**PAUSES_S, **how})


class Messages(AMQP):  # type: ignore[misc]
    Connection = SoonAgain
