"""What becomes of a drawer's command that fails, or has to wait, when its worker is rung for it."""

import time
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import DeadlockDetected, LockNotAvailable

from orders.commands.core.machine import Kind
from orders.drawers.db.save import save_opened
from orders.journal.core.batch import DrawerSubject, OrderSubject
from orders.journal.db.attempts import begin as attempt
from orders.models import Command
from tests.support.shop.rung import run_drawer
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import drawers, isolate
from workers.drawers import take_turn


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


def opened(shop: Shop) -> UUID:
    return shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=0)


def counted(shop: Shop) -> UUID:
    return shop.submit(
        Kind.DRAWER_CLOSE, drawer_id=shop.caller.terminal_id, counted=[{"method": "cash", "amount_minor": 0}]
    )


def failing(patch: pytest.MonkeyPatch, error: Exception, *, times: int) -> None:
    """So often, opening a drawer fails."""
    left = [error] * times

    def fails(*given: Any, **how: Any) -> None:
        if left:
            raise left.pop()
        save_opened(*given, **how)

    patch.setattr(drawers, "save_opened", fails)


def test_one_that_failed_before_is_run_alone(shop: Shop) -> None:
    command_id = opened(shop)
    attempt(DrawerSubject(shop.caller.terminal_id))
    assert run_drawer(shop.caller.terminal_id) == []
    assert state(command_id) == "applied"


def test_one_that_failed_for_something_that_passes_is_tried_again_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    command_id = opened(shop)
    failing(monkeypatch, DeadlockDetected("two in a ring"), times=1)
    assert run_drawer(shop.caller.terminal_id) == []
    assert state(command_id) == "applied"
    assert Command.objects.get(id=command_id).attempts == 0


def test_one_that_fails_for_itself_is_parked_and_the_next_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(shop)
    failing(monkeypatch, ZeroDivisionError("a bug"), times=2)
    (failure,) = run_drawer(shop.caller.terminal_id)
    assert isinstance(failure, ZeroDivisionError)
    second = opened(shop)
    assert run_drawer(shop.caller.terminal_id) == []
    assert states([first, second]) == ["parked", "applied"]


def test_what_a_closing_waits_for_is_settled_by_the_closings_own_ring(shop: Shop) -> None:
    """Also what has failed before, which no other one's ring takes along."""
    opened(shop)
    run_drawer(shop.caller.terminal_id)
    order_id, pay = shop.sale()
    attempt(OrderSubject(order_id))
    closing = counted(shop)
    assert run_drawer(shop.caller.terminal_id) == []
    assert states([pay, closing]) == ["applied", "applied"]


def test_to_wait_for_a_sale_is_no_attempt(shop: Shop) -> None:
    """However often it is looked at: else it would be parked for its patience."""
    opened(shop)
    run_drawer(shop.caller.terminal_id)
    shop.sale()
    closing = counted(shop)
    for _ in range(2):
        assert isolate.isolate([DrawerSubject(shop.caller.terminal_id)]) == []
    waits = Command.objects.get(id=closing)
    assert (waits.state, waits.attempts) == ("pending", 0)


def test_alone_a_drawer_that_somebody_has_is_waited_for_as_long_as_was_said(shop: Shop, own_database: str) -> None:
    opened(shop)
    run_drawer(shop.caller.terminal_id)
    closing = counted(shop)
    with psycopg.connect(own_database) as somebody:
        somebody.execute("SELECT FROM orders_drawer FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(LockNotAvailable):
            take_turn(shop.caller.terminal_id, alone=closing, lock_timeout_ms=20)
        assert time.monotonic() - began < 20
        somebody.rollback()
    assert run_drawer(shop.caller.terminal_id) == []
    assert state(closing) == "applied"
