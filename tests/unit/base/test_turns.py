"""Of one caller few calls are worked on at once; its next ones wait for these, up to a number."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from base.line import AT_WORK_MAX, WAITING_MAX, Turns, stand_aside
from project.stack.embedded.child import wait_until

PATIENCE_S = 10


class Calls:
    """Each in a thread of its own, at work until they may go."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._turns = Turns()
        self.may_go = threading.Semaphore(0)
        self.at_work: list[str] = []
        self.waited: list[str] = []

    def come(self, caller: str, calls: int = 1) -> list["Future[bool]"]:
        return [self._threads.submit(self._call, caller) for _ in range(calls)]

    def _call(self, caller: str) -> bool:
        if not self._turns.take(caller, before_waiting=lambda: self.waited.append(caller)):
            return False
        self.at_work.append(caller)
        assert self.may_go.acquire(timeout=PATIENCE_S)
        stand_aside()
        stand_aside()
        return True


@pytest.fixture
def calls() -> Iterator[Calls]:
    with ThreadPoolExecutor(AT_WORK_MAX + WAITING_MAX + 2) as threads:
        yield Calls(threads)


def test_of_one_caller_few_calls_are_at_work_and_the_next_wait_for_them(calls: Calls) -> None:
    of_one = calls.come("till", AT_WORK_MAX + 3)
    assert wait_until(lambda: len(calls.waited) == 3, seconds=PATIENCE_S)
    assert len(calls.at_work) == AT_WORK_MAX
    calls.may_go.release()
    assert wait_until(lambda: len(calls.at_work) == AT_WORK_MAX + 1, seconds=PATIENCE_S)
    calls.may_go.release(AT_WORK_MAX + 2)
    assert [one.result(PATIENCE_S) for one in of_one] == [True] * (AT_WORK_MAX + 3)


def test_nobody_waits_for_another_callers(calls: Calls) -> None:
    calls.come("broken", AT_WORK_MAX + 1)
    assert wait_until(lambda: calls.waited == ["broken"], seconds=PATIENCE_S)
    calls.come("till")
    assert wait_until(lambda: "till" in calls.at_work, seconds=PATIENCE_S)
    calls.may_go.release(AT_WORK_MAX + 2)


def test_where_too_many_wait_the_next_is_refused_at_once(calls: Calls) -> None:
    taken = calls.come("broken", AT_WORK_MAX + WAITING_MAX)
    assert wait_until(lambda: len(calls.waited) == WAITING_MAX, seconds=PATIENCE_S)
    (refused,) = calls.come("broken")
    assert refused.result(PATIENCE_S) is False
    calls.may_go.release(AT_WORK_MAX + WAITING_MAX)
    assert all(one.result(PATIENCE_S) for one in taken)
    calls.may_go.release()
    (later,) = calls.come("broken")
    assert later.result(PATIENCE_S) is True
