"""A decision that does not end is ended: the whole shop would wait for it, attempt after attempt.

Only around decisions, which are pure: Celery's soft time limit would strike within a commit as well.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Overdue(Exception):
    """A decision took longer than any decision does; its command is at fault."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise Overdue within, after so many seconds.

    A signal does it, which reaches a process's main thread only: a pool's child settles commands there. In other
    threads the task's own time limit is the only one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: Any) -> None:
        raise Overdue(f"not decided within {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
