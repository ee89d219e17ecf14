"""Work in threads with database connections of their own, stopped at named points."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connections

from base.sql.sets import cursor
from project.stack.embedded.child import wait_until

PATIENCE_S = 30

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def begin(work: Callable[[], Answer]) -> "Future[Answer]":
    """Work in a new thread; its connection is closed at the end."""
    future: Future[Answer] = Future()

    def run() -> None:
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
            future.set_exception(error)
        else:
            future.set_result(answer)
        finally:
            connections.close_all()

    threading.Thread(target=run, daemon=True).start()
    return future


class Gate:
    """A point where the first who comes waits until the gate is opened; later ones pass."""

    def __init__(self, *, holds: int = 1) -> None:
        self._holds = threading.Semaphore(holds)
        self._arrived = threading.Semaphore(0)
        self._open = threading.Event()

    def before(self, step: Callable[Params, Answer]) -> Callable[Params, Answer]:
        """The step with the gate in front of it."""

        @wraps(step)
        def gated(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
            self._pass()
            return step(*args, **kwargs)

        return gated

    def after(self, step: Callable[Params, Answer]) -> Callable[Params, Answer]:
        @wraps(step)
        def gated(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
            answer = step(*args, **kwargs)
            self._pass()
            return answer

        return gated

    def wait_reached(self) -> None:
        assert self._arrived.acquire(timeout=PATIENCE_S), "nobody came to the gate"

    def open(self) -> None:
        self._open.set()

    def _pass(self) -> None:
        if self._holds.acquire(blocking=False):
            self._arrived.release()
            assert self._open.wait(PATIENCE_S), "the gate was never opened"


def waiting_for_locks() -> int:
    """How many of this database's connections wait for somebody's lock now."""
    sql = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    cursor().execute("SELECT pg_stat_clear_snapshot()")  # within a transaction the first look would be repeated
    (found,) = cursor().execute(sql).fetchone() or (0,)
    return int(found)


def until_done_or_waiting(*futures: "Future[Any]") -> None:
    """Until each of them is finished or waits for a lock."""

    def settled() -> bool:
        running = sum(not future.done() for future in futures)
        return running <= waiting_for_locks()

    assert wait_until(settled, seconds=PATIENCE_S), "somebody neither finishes nor waits for a lock"
