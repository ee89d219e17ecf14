"""Nudging an upkeep task: it runs by its schedule anyway, this way it runs soon."""

import logging
import time

from celery import current_app
from kombu.exceptions import OperationalError

EXPIRES_S = 60

log = logging.getLogger(__name__)
_done_at: dict[str, float] = {}


def nudge(task: str, *, pause_s: float) -> None:
    """Best effort, and from this process not again within the pause."""
    if not is_time(task, pause_s=pause_s):
        return
    try:
        current_app.send_task(task, expires=EXPIRES_S)
    except OperationalError as error:
        log.warning("nobody could be rung for %s, its schedule will do it: %s", task, error)


def is_time(what: str, *, pause_s: float) -> bool:
    """Whether the last time in this process is long enough ago; then this is the last time."""
    now = time.monotonic()
    if now - _done_at.get(what, float("-inf")) < pause_s:
        return False
    _done_at[what] = now
    return True
