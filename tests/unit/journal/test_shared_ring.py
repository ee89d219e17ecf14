"""Threads that ring at the same time: one rings for all whose commands were committed before it began."""

from functools import partial

from orders.journal.ring import Shared
from project.stack.embedded.child import wait_until
from tests.support.network.threads import PATIENCE_S, Gate, begin


def have_come(shared: Shared, threads: int) -> bool:
    return shared.came == threads


def taken_by(*later: bool) -> list[str]:
    """Who takes the step, where these come while the first one takes it; each says whether he takes it anyway."""
    shared, gate, taken = Shared(), Gate(), list[str]()
    slow = gate.after(partial(taken.append, "first"))
    threads = [begin(partial(shared.take, slow, anyway=False))]
    gate.wait_reached()
    for number, anyway in enumerate(later, 1):
        threads.append(begin(partial(shared.take, partial(taken.append, "later"), anyway=anyway)))
        assert wait_until(partial(have_come, shared, number + 1), seconds=PATIENCE_S)
    gate.open()
    for thread in threads:
        thread.result(PATIENCE_S)
    return taken


def test_one_rings_for_all_who_waited_and_none_relies_on_who_began_before() -> None:
    assert taken_by(False, False, False) == ["first", "later"]
    assert taken_by(False) == ["first", "later"]


def test_who_is_found_by_his_name_alone_rings_himself() -> None:
    assert taken_by(True, True) == ["first", "later", "later"]


def test_one_after_the_other_each_rings() -> None:
    shared, taken = Shared(), list[str]()
    for _ in range(3):
        shared.take(partial(taken.append, "rung"), anyway=False)
    assert len(taken) == 3
