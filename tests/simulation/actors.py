"""Who takes part, and whose turn it is: each is a thread with its own connection, and only one of them runs at a time.

A thread runs to its next pause, which is before each statement, message, call and sleep, and gives the turn back. So
one seed is one interleaving.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connections


class At(StrEnum):
    """What an actor is about to do."""

    BEGIN = "begin"
    SQL = "sql"
    COMMIT = "commit"
    LOCK = "lock"
    ANSWER = "answer"
    SEND = "send"
    CALL = "call"
    SLEEP = "sleep"
    IDLE = "idle"


class Fault(StrEnum):
    """What befalls it instead."""

    KILL = "kill"
    LOST = "lost"
    LOST_AFTER = "lost_after"
    CONFLICT = "conflict"
    DEADLOCK = "deadlock"
    TIMEOUT = "timeout"
    STALL = "stall"


class Killed(BaseException):
    """This process is dead: whatever it still tries has no effect."""


class Stopped(BaseException):
    """The run is over."""


@dataclass(slots=True)
class Pause:
    """`until`: it goes on then; `when`: or when this is so."""

    at: At
    until: float = 0.0
    when: Callable[[], bool] | None = None


class Actor:
    """One process with one thread. `turn`: what it does over and over."""

    def __init__(self, name: str, turn: Callable[["Actor"], None], skew_s: float = 0.0) -> None:
        self.name = name
        self.skew_s = skew_s
        self.pause = Pause(At.BEGIN)
        self.fault: Fault | None = None
        self.is_dead = False
        self.stops = False
        self.crash: BaseException | None = None
        self.lock_limit_s: float | None = None
        self.pid = 0
        self.message: Any = None
        self.has_committed = False
        self.saved: Any = None
        self.committed: list[Any] = []
        self._turn = turn
        self._go = threading.Lock()
        self._back = threading.Lock()
        self._go.acquire()
        self._back.acquire()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def go_on(self, fault: Fault | None = None) -> None:
        """From the scheduler: until its next pause."""
        self.fault = fault
        self._go.release()
        self._back.acquire()
        if self.crash:
            raise self.crash

    def stop(self) -> None:
        self.stops = True
        if not self.is_over:
            self._go.release()
            self._thread.join()

    def wait(self, pause: Pause) -> Fault | None:
        """From the actor: the others' turn. What befalls it now, if anything does; Killed is raised here."""
        if self.is_dead:
            raise Killed
        self.pause = pause
        self._back.release()
        self._go.acquire()
        if self.stops:
            self.is_dead = True
            raise Stopped
        fault, self.fault = self.fault, None
        if fault is Fault.KILL:
            self.is_dead = True
            raise Killed
        return fault

    def _run(self) -> None:
        _here.actor = self
        try:
            self._go.acquire()
            while not self.stops:
                self._live()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - the scheduler raises it
            self.crash = error
        finally:
            on_end()
            self._back.release()

    def _live(self) -> None:
        """Until it dies; whoever starts it again starts it anew."""
        try:
            while not self.stops:
                self._turn(self)
        except Killed:
            on_end()
            self.is_dead = False
            self.message = None
            self.lock_limit_s = None


class _Here(threading.local):
    actor: Actor | None = None


_here = _Here()


def here() -> Actor | None:
    """Whose thread this is."""
    return _here.actor


def on_end() -> None:
    """A thread's own connection goes with it."""
    connections.close_all()
    with suppress(AttributeError):
        del connections["default"]
