"""A bounded share of the worker's threads for each kind of call to another system: one that hangs takes no more than
its share, and whatever waits for another system goes on.

Their sum and one more is what the Procfile gives the worker for upkeep.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from base.outside.nudge import nudge


class Share:
    """`threads`: so many of a process at most. Who finds none free is not forgotten: the task is rung for again as soon
    as one is."""

    def __init__(self, threads: int, *, task: str) -> None:
        self.threads = threads
        self._free = threading.Semaphore(threads)
        self._missed = threading.Event()
        self._task = task

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether a thread was free; within, it is taken."""
        # In this order: whoever holds one looks for the missed after it has given it back.
        self._missed.set()
        if not self._free.acquire(blocking=False):
            yield False
            return
        self._missed.clear()
        try:
            yield True
        finally:
            self._free.release()
            if self._missed.is_set():
                self._missed.clear()
                nudge(self._task, pause_s=0)
