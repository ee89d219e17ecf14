"""Refunds go back by the methods that the money came by, in the order in which they were tendered."""

import pytest

from orders.core.changes import EntryWritten
from orders.core.machine import PaymentStatus, Status
from orders.core.money import refunded
from orders.core.order import Order
from orders.core.tenders import EntryKind, Method, PaymentKind
from tests.unit.core.build import line, order

CASH, CARD = Method.CASH, Method.CARD


def sale(*money: tuple[Method, int], refunded_minor: int = 0) -> Order:
    total = refunded_minor + sum(amount for _, amount in money)
    sold = line("GIFT-CARD", 1, price=total, shipped=1)
    return order(sold, status=Status.PAID, money=dict(money), refunded_minor=refunded_minor)


@pytest.mark.parametrize(
    ("money", "amount", "back", "left"),
    [
        pytest.param([(CASH, 900)], 400, [(CASH, 400)], [(CASH, 500)], id="one method"),
        pytest.param([(CARD, 500), (CASH, 400)], 500, [(CARD, 500)], [(CARD, 0), (CASH, 400)], id="the first one"),
        pytest.param(
            [(CARD, 500), (CASH, 400)], 600, [(CARD, 500), (CASH, 100)], [(CARD, 0), (CASH, 300)], id="on to the next"
        ),
        pytest.param(
            [(CASH, 400), (CARD, 500)], 500, [(CASH, 400), (CARD, 100)], [(CASH, 0), (CARD, 400)], id="as tendered"
        ),
        pytest.param([(CARD, 0), (CASH, 400)], 300, [(CASH, 300)], [(CARD, 0), (CASH, 100)], id="not from nothing"),
        pytest.param([(CARD, 500), (CASH, 400)], 0, [], [(CARD, 500), (CASH, 400)], id="nothing"),
    ],
)
def test_refund(
    money: list[tuple[Method, int]],
    amount: int,
    back: list[tuple[Method, int]],
    left: list[tuple[Method, int]],
) -> None:
    gave = refunded(sale(*money), amount, reason="stale", kind=EntryKind.RETURN)
    assert [(moved.method, moved.amount_minor) for moved in gave.money_moved] == back
    assert {moved.kind for moved in gave.money_moved} <= {PaymentKind.REFUND}
    assert {moved.reference for moved in gave.money_moved} <= {"stale"}
    assert gave.order.money == tuple(left)
    assert gave.order.refunded_minor == gave.amount_minor == amount


@pytest.mark.parametrize(
    ("total", "refunded_before", "amount", "status"),
    [
        pytest.param(900, 0, 900, PaymentStatus.REFUNDED, id="everything"),
        pytest.param(900, 0, 899, PaymentStatus.PARTIALLY_REFUNDED, id="nearly everything"),
        pytest.param(900, 400, 500, PaymentStatus.REFUNDED, id="the rest"),
        pytest.param(900, 400, 0, PaymentStatus.PARTIALLY_REFUNDED, id="nothing more"),
        pytest.param(900, 0, 0, PaymentStatus.PAID, id="nothing"),
    ],
)
def test_payment_status(total: int, refunded_before: int, amount: int, status: PaymentStatus) -> None:
    found = sale((CASH, total - refunded_before), refunded_minor=refunded_before)
    assert refunded(found, amount, reason="", kind=EntryKind.RETURN).order.payment_status is status


def test_an_order_that_was_not_paid_gets_nothing() -> None:
    found = order(line("TEA", 1))
    gave = refunded(found, 450, reason="", kind=EntryKind.CANCELLATION)
    assert (gave.order, gave.amount_minor, gave.money_moved, gave.entries) == (found, 0, [], [])


def test_a_refund_of_nothing_has_its_entry() -> None:
    gave = refunded(sale((CASH, 900)), 0, reason="", kind=EntryKind.RETURN)
    assert gave.entries == [EntryWritten(EntryKind.RETURN, (("revenue", 0),))]


def test_more_than_was_taken_is_a_fault_of_the_program() -> None:
    with pytest.raises(AssertionError, match="1 more to refund than was taken"):
        refunded(sale((CASH, 900)), 901, reason="", kind=EntryKind.RETURN)
