"""A drawer is closed while pays of its terminal settle: each payment is in one closing, or waits for the next."""

import random
from collections import Counter
from uuid import UUID

import psycopg
import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.drawers.db.save import save_moved
from orders.models import Closing, Command, Payment
from tests.support.network.statements import stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.rung import run, run_drawer
from tests.support.shop.shop import Shop, open_shop, states
from workers.drawers import take_turn

pytestmark = pytest.mark.usefixtures("own_database")

THREADS = 8
SALES = 6


def _counted(shop: Shop) -> UUID:
    return shop.submit(
        Kind.DRAWER_CLOSE, drawer_id=shop.caller.terminal_id, counted=[{"method": "cash", "amount_minor": 0}]
    )


def _opened(shop: Shop) -> UUID:
    return shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=0)


@pytest.mark.parametrize("require_drawer", [False, True])
def test_closing_while_eight_threads_pay(require_drawer: bool) -> None:
    shop = open_shop(shelf={"TEA-80": 1_000})
    shop.set(require_drawer=require_drawer)
    till = shop.caller.terminal_id
    _opened(shop)
    assert run_drawer(till) == []

    def sell(seed: int) -> list[UUID]:
        """Some settle their own sale, some leave it to whoever closes the drawer."""
        lazy, sent = random.Random(seed), []
        for _ in range(SALES):
            order_id, command_id = shop.sale()
            sent.append(command_id)
            if lazy.random() < 0.7:
                run([order_id])
        return sent

    def close() -> list[UUID]:
        sent = []
        for _ in range(3):
            sent += [_counted(shop), _opened(shop)]
            run_drawer(till)
        return sent

    selling = [begin(lambda seed=seed: sell(seed)) for seed in range(THREADS)]  # type: ignore[misc]
    drawers = begin(close).result(3 * PATIENCE_S)
    pays = [command_id for one in selling for command_id in one.result(3 * PATIENCE_S)]
    last = _counted(shop)
    assert run_drawer(till) == []
    assert set(states([*drawers, last])) == {"applied"}
    run([id_ for id_ in Command.objects.filter(state="pending").values_list("order_id", flat=True) if id_])
    # Between a closing and the next opening there is no drawer.
    assert set(states(pays)) <= ({"applied", "drawer_not_open"} if require_drawer else {"applied"})
    applied = Command.objects.filter(id__in=pays, outcome_code="applied")
    counted = Counter(applied.values_list("closing_id", flat=True))
    assert None not in counted, "all of them were sent before the last closing"
    told = {one.id: one.figures["sales"]["count"] for one in Closing.objects.all()}
    assert {id_: told[id_] for id_ in counted if id_} == counted
    assert sum(told.values()) == applied.count() == Payment.objects.count()
    assert audit() == []


def test_two_who_open_a_terminals_first_drawer(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no row to lock yet: both want to make it."""
    shop, gate = open_shop(), Gate()
    till, sent = shop.caller.terminal_id, [_opened(shop), _opened(shop)]
    stopped_before(monkeypatch, gate, about="JOIN inventory_store AS store ON store.id = command.store_id")
    first = begin(lambda: take_turn(till))
    gate.wait_reached()
    second = begin(lambda: take_turn(till))
    until_done_or_waiting(second)
    gate.open()
    assert [first.result(PATIENCE_S).settled, second.result(PATIENCE_S).settled] == sent
    assert states(sent) == ["applied", "drawer_already_open"]


@pytest.mark.parametrize("locked", [True, False])
def test_two_rings_for_one_drawer(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both carry out the same command; what the database refuses is the second guard."""
    if not locked:
        without_lock(monkeypatch, about="FROM orders_drawer")
    shop, gate = open_shop(), Gate()
    till = shop.caller.terminal_id
    _opened(shop)
    run_drawer(till)
    moved = shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=till, amount_minor=100, reason="change")
    monkeypatch.setattr("workers.drawers.save_moved", gate.before(save_moved))
    first = begin(lambda: take_turn(till).settled)
    gate.wait_reached()
    second = begin(lambda: take_turn(till).settled)
    until_done_or_waiting(second)
    gate.open()
    if locked:
        assert (first.result(PATIENCE_S), second.result(PATIENCE_S)) == (moved, None)
    else:
        assert second.result(PATIENCE_S) == moved
        assert isinstance(first.exception(PATIENCE_S), (AssertionError, psycopg.Error))
    assert states([moved]) == ["applied"]
    assert audit() == []
