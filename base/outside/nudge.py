"""Nudging an upkeep task: it runs by its schedule anyway, this way it runs soon."""

import logging
import math
import time

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from base.causes import why

EXPIRES_S = 60

log = logging.getLogger(__name__)
_done_at: dict[str, float] = {}


def nudge(task: str, *, pause_s: float) -> None:
    """Best effort, and from this process not again within the pause."""
    if is_time(task, pause_s=pause_s):
        _send(task)


def nudge_in_time(task: str, *, pause_s: float) -> None:
    """Best effort, and from this process once a pause: who comes too early is made up for at its end."""
    now = time.monotonic()
    due = max(now, _done_at.get(task, float("-inf")) + pause_s)
    if due - now > pause_s:
        return  # one will ring at the end of this pause already
    _done_at[task] = due
    _send(task, countdown=due - now)


def nudge_later(task: str, *, after_s: float) -> None:
    """Best effort: once for all who come until then."""
    now = time.monotonic()
    if _done_at.get(task, now) <= now:
        _done_at[task] = now + after_s
        _send(task, countdown=after_s)


def _send(task: str, *, countdown: float = 0) -> None:
    try:
        current_app.send_task(task, countdown=_delay(countdown) if countdown else None, expires=EXPIRES_S)
    except OperationalError as error:
        log.warning("nobody could be rung for %s, its schedule will do it: %s", task, why(error))


def _delay(countdown: float) -> float:
    """RabbitMQ keeps back by whole seconds; less than one Celery refuses there."""
    return math.ceil(countdown) if settings.BROKER_URL.startswith("amqp") else countdown


def is_time(what: str, *, pause_s: float) -> bool:
    """Whether the last time in this process is long enough ago; then this is the last time."""
    now = time.monotonic()
    if now - _done_at.get(what, float("-inf")) < pause_s:
        return False
    _done_at[what] = now
    return True
