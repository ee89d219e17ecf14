"""Several callers want the same order. Each test is run once more without its protection, and a law breaks."""

from contextlib import nullcontext
from uuid import UUID

import psycopg
import pytest

from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db import load as loading
from orders.journal.db import repair
from orders.models import Order
from orders.sales.db.create import replace_lines
from tests.support.network.race import race
from tests.support.network.statements import rewritten, stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.poison import poison
from tests.support.shop.rung import execute, freed, run
from tests.support.shop.shop import Wanted, drafted, open_shop, state, states
from workers import execute as executing

pytestmark = pytest.mark.usefixtures("own_database")


def settle(order_id: UUID) -> None:
    execute([order_id], helps=False)


@pytest.mark.parametrize(
    ("locked", "frozen"),
    [(True, True), (False, True), (False, False)],
    ids=["locked", "not locked, yet frozen once paid", "neither"],
)
def test_pay_against_cancel(locked: bool, frozen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker has claimed the order as a draft; meanwhile another one settles its payment, and a cancel comes in."""
    if not locked:
        without_lock(monkeypatch, about='FROM orders_order AS "order"')
    if not frozen:
        cursor().execute("ALTER TABLE orders_order DISABLE TRIGGER USER")
    shop = open_shop()
    order_id, pay = shop.sale()
    gate = Gate()
    monkeypatch.setattr(executing, "load", gate.before(loading.load))
    one = begin(lambda: settle(order_id))
    gate.wait_reached()
    other = begin(lambda: settle(order_id))
    until_done_or_waiting(other)
    cancel = shop.submit(Kind.CANCEL, order_id)
    gate.open()
    other.result(PATIENCE_S)
    with nullcontext() if locked or not frozen else pytest.raises(psycopg.errors.RestrictViolation):
        one.result(PATIENCE_S)
    refused = frozen and not locked
    assert states([pay, cancel]) == ["applied", "pending" if refused else "applied"]
    assert (audit() == []) is (locked or frozen)
    assert (Order.objects.get(id=order_id).refunded_minor > 0) is locked


@pytest.mark.parametrize("locked", [True, False])
def test_two_rings_for_one_order(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both decide the same command; what the database refuses is the second guard."""
    if not locked:
        without_lock(monkeypatch, about='FROM orders_order AS "order"')
    order_id, pay = open_shop().sale()
    with nullcontext() if locked else pytest.raises(psycopg.errors.UniqueViolation):
        race(monkeypatch, lambda: settle(order_id), lambda: settle(order_id))
    assert state(pay) == "applied"
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_new_lines_during_a_payment(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not locked:
        without_lock(monkeypatch, about='FROM orders_order AS "order"')
        rewritten(monkeypatch, "state = 'pending' AND order_id = %(order_id)s", "false")
    shop = open_shop()
    order_id, pay = shop.sale(("TEA-80", 1))
    dearer = drafted(shop.store_id, Wanted("TEA-80", 3))
    race(monkeypatch, lambda: settle(order_id), lambda: replace_lines(shop.caller, order_id, lambda _: dearer))
    assert state(pay) == "applied"
    assert (audit() == []) is locked


@pytest.mark.parametrize("locked", [True, False])
def test_a_pay_that_comes_in_while_lines_are_replaced(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is carried out on the new lines. Without the lock an order that is paid would get others."""
    if not locked:
        without_lock(monkeypatch, about="status = 'draft' AND paid_at IS NULL")
    shop, gate = open_shop(), Gate()
    order_id, dearer = shop.order(("TEA-80", 1)), drafted(shop.store_id, Wanted("TEA-80", 3))
    replacing = begin(lambda: replace_lines(shop.caller, order_id, gate.before(lambda _: dearer)))
    gate.wait_reached()
    pay = shop.pay(order_id)
    paying = begin(lambda: settle(order_id))
    until_done_or_waiting(paying)
    gate.open()
    paying.result(PATIENCE_S)
    assert bool(replacing.exception(PATIENCE_S) or audit()) is not locked
    assert state(pay) == ("payment_does_not_match_total" if locked else "applied")


@pytest.mark.parametrize("locked", [True, False])
def test_two_sales_want_a_number(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both take the oldest; that a number is given only while it is free is the second guard."""
    if not locked:
        without_lock(monkeypatch, about="FROM orders_invoicenumber")
    shop = open_shop(numbers=5)
    (one, first), (other, second) = shop.sale(("TEA-80", 1)), shop.sale(("MUG-RED", 1))
    with nullcontext() if locked else pytest.raises(AssertionError):
        race(monkeypatch, lambda: settle(one), lambda: settle(other), at="save")
    assert states([first, second]) == ["applied" if locked else "pending", "applied"]
    assert audit() == []


@pytest.mark.parametrize("locked", [True, False])
def test_an_operator_retries_just_as_a_worker_looks(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker found the command parked. Without the order's lock both would wait for ever."""
    shop = open_shop()
    order_id, parked = shop.sale()
    with monkeypatch.context() as patch:
        poison(patch, {parked})
        run([order_id])
    later = shop.submit(Kind.CANCEL, order_id)
    if not locked:
        without_lock(monkeypatch, about="SELECT FROM orders_order")
    gate = Gate()
    stopped_before(monkeypatch, gate, about="SET blocked_by_id = blocking.id")
    worker = begin(lambda: settle(order_id))
    gate.wait_reached()
    operator = begin(lambda: repair.retry(shop.store_id, parked, by="olga"))
    until_done_or_waiting(operator)
    gate.open()
    worker.result(PATIENCE_S)
    assert freed(operator.result(PATIENCE_S)) == ([later] if locked else [])
    run([order_id])
    assert states([parked, later]) == (["applied", "applied"] if locked else ["pending", "pending"])
