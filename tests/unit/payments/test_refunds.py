"""Money goes back to the payments that it came by, unless the cashier says otherwise; to the penny, and never twice."""

from typing import Any

import pytest

from orders.commands.core.machine import Kind, PaymentStatus, Status
from orders.commands.core.order import Order, Payment
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import EntryWritten
from orders.commands.core.tenders import EntryKind, Method
from tests.unit.build import (
    apply,
    level,
    line,
    money_of,
    new_id,
    order,
    refuse,
    result,
    told,
    world,
)

CASH, CARD = Method.CASH, Method.CARD
PRICE = 499


def sold(*taken: tuple[Method, int], quantity: int = 3, price: int = PRICE) -> Order:
    """Goods that were handed over, and how they were paid for."""
    payments = tuple(
        Payment(id=new_id(), method=method, taken_minor=amount, reference=f"{method}-{number}")
        for number, (method, amount) in enumerate(taken)
    )
    found = order(line("TEA", quantity, price=price, shipped=quantity), status=Status.PAID, money={})
    assert sum(amount for _, amount in taken) == found.total_minor
    return order(*found.lines, status=Status.PAID, money={}, payments=payments, paid_minor=found.total_minor)


def take_back(found: Order, quantity: int, refund_to: list[dict[str, Any]] | None = None) -> tuple[Any, Order]:
    rows = [{"line_id": None, "sku": "TEA", "quantity": quantity, "condition": "sellable"}]
    return apply(found, Kind.RETURN, world(level("TEA", 0)), lines=rows, refund_to=refund_to)


def refused(found: Order, quantity: int, refund_to: list[dict[str, Any]]) -> str:
    rows = [{"line_id": None, "sku": "TEA", "quantity": quantity, "condition": "sellable"}]
    said = refuse(found, Kind.RETURN, world(level("TEA", 0)), lines=rows, refund_to=refund_to)
    assert said.code is Code.PAYMENT_DOES_NOT_MATCH_TOTAL
    return said.detail


def parts(back: Any) -> list[tuple[str, int]]:
    return [(moved.method, moved.amount_minor) for moved in back.money_moved]


def to(method: Method, amount_minor: int, **more: Any) -> dict[str, Any]:
    return {"method": method, "amount_minor": amount_minor, "payment_id": None, "reference": None, **more}


def test_without_a_word_what_is_not_cash_goes_back_first_in_the_order_taken() -> None:
    found = sold((CARD, 400), (CARD, 597), (CASH, 500))
    first, after = take_back(found, 1)
    assert parts(first) == [(CARD, 400), (CARD, 99)]
    second, rest = take_back(after, 2)
    assert parts(second) == [(CARD, 498), (CASH, 500)]
    assert money_of(rest) == ((CARD, 0), (CASH, 0))


def test_cash_goes_back_last_although_it_was_taken_first() -> None:
    back, _ = take_back(sold((CASH, 1000), (CARD, 497)), 1)
    assert parts(back) == [(CARD, 497), (CASH, 2)]


def test_the_result_says_where_each_part_goes() -> None:
    found = sold((CARD, 1000), (CASH, 497))
    back, _ = take_back(found, 1)
    card = found.payments[0]
    assert result(back)["refunded_minor"] == PRICE
    assert result(back)["refunds"] == [
        {
            "id": str(back.money_moved[0].id),
            "payment_id": str(card.id),
            "method": CARD,
            "amount_minor": PRICE,
            "reference": "card-0",
            "provider": None,
        }
    ]


def test_a_cashier_names_the_payment() -> None:
    found = sold((CARD, 700), (CARD, 797))
    second = str(found.payments[1].id)
    back, after = take_back(found, 1, [to(CARD, PRICE, payment_id=second, reference="A2")])
    assert [moved.reverses for moved in back.money_moved] == [found.payments[1].id]
    assert [moved.reference for moved in back.money_moved] == ["A2"]
    assert [payment.kept_minor for payment in after.payments] == [700, 797 - PRICE]


def test_a_cashier_names_the_method() -> None:
    back, _ = take_back(sold((CARD, 700), (CASH, 797)), 1, [to(CASH, PRICE)])
    assert parts(back) == [(CASH, PRICE)]


def test_cash_may_go_back_instead_of_what_a_card_took_and_still_no_more_in_all() -> None:
    found = sold((CARD, 3 * PRICE))
    back, after = take_back(found, 1, [to(CASH, PRICE)])
    assert [(moved.method, moved.reverses) for moved in back.money_moved] == [(CASH, None)]
    assert back.entries == [EntryWritten(EntryKind.RETURN, (("cash", -PRICE), ("revenue", PRICE)))]
    rest, gone = take_back(after, 2)
    assert parts(rest) == [(CARD, 2 * PRICE)]
    assert (gone.kept_minor, gone.payment_status) == (0, PaymentStatus.REFUNDED)


def test_rows_of_one_payment_are_one_refund() -> None:
    found = sold((CARD, 3 * PRICE))
    back, _ = take_back(found, 1, [to(CARD, 400), to(CARD, 99, payment_id=str(found.payments[0].id))])
    assert parts(back) == [(CARD, PRICE)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([to(CARD, 498)], "4.99 GBP goes back, but 4.98 GBP was named.", id="too little"),
        pytest.param([to(CARD, 500)], "4.99 GBP goes back, but 5.00 GBP was named.", id="too much"),
        pytest.param([], "4.99 GBP goes back, but 0.00 GBP was named.", id="nothing"),
        pytest.param(
            [to(CARD, 499)], "4.99 GBP is 0.99 GBP more than is left of what card took.", id="more than the card took"
        ),
        pytest.param([to(Method.ONLINE, 499)], "4.99 GBP is 4.99 GBP more", id="a method that took nothing"),
        pytest.param([to(CARD, 499, payment_id=str(new_id()))], "The order has no card payment", id="no such payment"),
    ],
)
def test_what_does_not_fit_changes_nothing(rows: list[dict[str, Any]], said: str) -> None:
    assert said in refused(sold((CARD, 400), (CASH, 1097)), 1, rows)


def test_a_payment_named_by_another_method_does_not_fit() -> None:
    found = sold((CARD, 3 * PRICE))
    named = to(CASH, PRICE, payment_id=str(found.payments[0].id))
    assert "no cash payment" in refused(found, 1, [named])


def test_no_payment_gives_back_more_than_it_took_over_several_returns() -> None:
    found = sold((CARD, PRICE), (CASH, 2 * PRICE))
    _, after = take_back(found, 1, [to(CARD, PRICE)])
    assert "more than is left of what card took" in refused(after, 1, [to(CARD, PRICE)])


@pytest.mark.parametrize(
    ("quantity", "status"),
    [(3, PaymentStatus.REFUNDED), (2, PaymentStatus.PARTIALLY_REFUNDED)],
)
def test_payment_status(quantity: int, status: PaymentStatus) -> None:
    assert take_back(sold((CASH, 3 * PRICE)), quantity)[1].payment_status is status


@pytest.mark.parametrize("quantity", [1, 3])
def test_what_cost_nothing_is_paid_and_stays_so(quantity: int) -> None:
    found = order(line("TEA", 3, price=0), status=Status.DRAFT)
    paid, sale = apply(found, Kind.PAY, world(level("TEA", 3)), tenders=[])
    assert (paid.takes_number, paid.entries, sale.payment_status) == (True, [], PaymentStatus.PAID)
    back, after = take_back(sale, quantity)
    assert (after.payment_status, back.money_moved, back.entries) == (PaymentStatus.PAID, [], [])
    assert result(back)["refunds"] == []


def test_a_free_line_of_a_paid_order_brings_nothing_back() -> None:
    found = order(
        line("TEA", 1, price=0, shipped=1), line("CUP", 1, price=900, shipped=1), status=Status.PAID, money={CASH: 900}
    )
    back, after = take_back(found, 1)
    assert after.payment_status == PaymentStatus.PAID
    assert back.entries == []


def test_a_cancelled_gift_was_paid() -> None:
    found = order(line("TEA", 1, price=0, shipped=1), status=Status.PAID, money={})
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 0)))
    assert (after.status, after.payment_status) == (Status.CANCELLED, PaymentStatus.PAID)
    assert cancelled.entries == []
    assert told(cancelled, "refunded_minor", "rounding_minor", "refunds") == (0, 0, [])
    assert cancelled.takes_number, "a credit note of nothing takes a number too"


def test_nothing_goes_back_for_an_order_that_was_not_paid() -> None:
    cancelled, _ = apply(order(line("TEA", 1)), Kind.CANCEL, world(), refund_to=None)
    assert cancelled.money_moved == []
    said = refuse(order(line("TEA", 1)), Kind.CANCEL, world(), refund_to=[to(CASH, 1)])
    assert said.detail == "0.00 GBP goes back, but 0.01 GBP was named."
