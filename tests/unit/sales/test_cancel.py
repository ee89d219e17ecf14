"""Cancelling from every state that allows it: holds, goods and money each go back to where they came from."""

from dataclasses import replace
from typing import Any

import pytest

from inventory.core.levels import StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.roles import Role
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import Method
from tests.unit.build import (
    DEPOT,
    NOW,
    TILL_ID,
    apply,
    batch,
    card,
    cash,
    code_of,
    command,
    decide,
    facts_of,
    fold,
    hold,
    key,
    level,
    line,
    money_of,
    new_id,
    order,
    refuse,
    result,
    shipment,
    told,
    world,
)

RETURN_IN, RELEASE = MovementKind.RETURN_IN, MovementKind.RELEASE


def refund(method: Method, amount_minor: int) -> tuple[str, str, int, str]:
    return "refund", method, amount_minor, ""


def test_a_draft() -> None:
    found = order(line("TEA", 2))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 5)), reason="left the shop")
    assert after == replace(found, status=Status.CANCELLED, lines=(replace(found.lines[0], cancelled=2),))
    assert (cancelled.levels, cancelled.money_moved, cancelled.entries) == ({}, [], [])
    assert cancelled.reason == "left the shop"
    assert told(cancelled, "refunded_minor", "rounding_minor", "refunds") == (0, 0, [])
    assert told(cancelled, "credit_note_number", "credit_note_pending") == (None, False)
    assert not cancelled.takes_number


def test_a_draft_without_lines() -> None:
    _, after = apply(order(), Kind.CANCEL, world())
    assert after.status is Status.CANCELLED


def test_an_unpaid_order_drops_its_holds() -> None:
    tea = line("TEA", 3)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1), hold(tea, 2, DEPOT)))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 5, 1), level("TEA", 2, 2, DEPOT)))
    assert cancelled.stock_moved == [
        StockMoved(key("TEA"), RELEASE, 0, -1, 5, 0),
        StockMoved(key("TEA", DEPOT), RELEASE, 0, -2, 2, 0),
    ]
    assert after == replace(found, status=Status.CANCELLED, holds=(), lines=(replace(tea, cancelled=3),))
    assert (cancelled.money_moved, cancelled.entries) == ([], [])


def test_a_paid_shipment_that_did_not_leave_is_refunded_whole() -> None:
    tea = line("TEA", 2)
    found = shipment(tea, status=Status.PROCESSING, money={Method.CARD: 900}, holds=(hold(tea, 2),))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 2, 2)), reason="too late")
    assert cancelled.stock_moved == [StockMoved(key("TEA"), RELEASE, 0, -2, 2, 0)]
    assert facts_of(cancelled) == [refund(Method.CARD, 900)]
    assert (after.payment_status, after.refunded_minor, money_of(after)) == (
        PaymentStatus.REFUNDED,
        900,
        ((Method.CARD, 0),),
    )
    assert cancelled.takes_number


def test_a_sale_brings_its_goods_back_to_where_they_left() -> None:
    found = order(
        line("TEA", 2, shipped=2),
        line("TEA", 1, shipped=1),
        line("POSTAGE", 1, shipped=1),
        line("CUP", 1, shipped=1, skipped=True),
        status=Status.PAID,
        money={Method.CASH: 2000, Method.CARD: 945},
    )
    left = {found.id: {key("TEA", DEPOT): 2, key("TEA"): 1}, new_id(): {key("CUP"): 7}}
    shelves = world(level("TEA", 5, location=DEPOT), level("TEA", 0), level("CUP", 4), handed_over=left)
    cancelled, after = apply(found, Kind.CANCEL, shelves)
    assert cancelled.stock_moved == [
        StockMoved(key("TEA", DEPOT), RETURN_IN, 2, 0, 7, 0),
        StockMoved(key("TEA"), RETURN_IN, 1, 0, 1, 0),
    ]
    assert [(line.returned, line.cancelled) for line in after.lines] == [(2, 0), (1, 0), (1, 0), (1, 0)]
    assert after.payment_status is PaymentStatus.REFUNDED


def test_a_sale_that_is_paid_and_cancelled_in_one_batch_leaves_everything_as_it_was() -> None:
    found = order(line("TEA", 3), line("TEA", 1))
    shelves = [level("TEA", 2), level("TEA", 4, location=DEPOT)]
    pay = command(Kind.PAY, found, tenders=[cash(1800)])
    paid, cancelled = fold(batch([found], shelves, pay, command(Kind.CANCEL, found)))
    assert isinstance(paid.outcome, Applied)
    assert isinstance(cancelled.outcome, Applied)
    assert set(paid.outcome.levels.values()) == {level("TEA", 1), level("TEA", 1, location=DEPOT)}
    assert set(cancelled.outcome.levels.values()) == set(shelves)


def test_a_sale_of_which_something_came_back_is_returned_instead() -> None:
    found = order(line("TEA", 2, shipped=2, returned=1), status=Status.PAID, money={Method.CASH: 900})
    refused = refuse(found, Kind.CANCEL, world(level("TEA", 5)))
    assert refused.code is Code.TRANSITION_NOT_ALLOWED
    assert refused.detail == "Goods of this order were returned; return the rest instead."


CARD = {Method.CARD: 3600}
ON_ACCOUNT = {"payment_terms": PaymentTerms.ON_ACCOUNT}
UNPAID, PARTLY, PAID = PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID, PaymentStatus.PAID
SOME_BACK, ALL_BACK = PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED


def deposit(amount_minor: int) -> dict[str, Any]:
    return {"money": {Method.CARD: amount_minor}, "payment_status": PARTLY, "paid_at": None, **ON_ACCOUNT}


@pytest.mark.parametrize(
    ("shipped", "returned", "paid", "back", "due", "payment_status"),
    [
        pytest.param(2, 0, ON_ACCOUNT, 0, 2400, UNPAID, id="on account"),
        pytest.param(2, 1, ON_ACCOUNT, 0, 1200, UNPAID, id="on account, some came back"),
        pytest.param(2, 2, ON_ACCOUNT, 0, 0, UNPAID, id="on account, all came back"),
        pytest.param(2, 0, deposit(1000), 0, 1400, PARTLY, id="a deposit of less than is kept"),
        pytest.param(2, 0, deposit(2400), 0, 0, PARTLY, id="a deposit of what is kept"),
        pytest.param(2, 0, deposit(3000), 600, 0, PARTLY, id="a deposit of more than is kept"),
        pytest.param(2, 1, deposit(2000), 800, 0, PARTLY, id="a deposit, some came back"),
        pytest.param(2, 2, deposit(1000), 1000, 0, ALL_BACK, id="a deposit, all came back"),
        pytest.param(2, 0, {"money": CARD}, 1200, 0, SOME_BACK, id="paid"),
        pytest.param(2, 1, {"money": {Method.CARD: 2400}, "refunded_minor": 1200}, 1200, 0, SOME_BACK, id="returned"),
        pytest.param(2, 2, {"money": {Method.CARD: 1200}, "refunded_minor": 2400}, 1200, 0, ALL_BACK, id="all back"),
    ],
)
def test_of_a_shipment_that_left_in_part_the_rest_is_cancelled(
    shipped: int, returned: int, paid: dict[str, Any], back: int, due: int, payment_status: PaymentStatus
) -> None:
    """Three cups at 12.00."""
    cup = line("CUP", 3, shipped=shipped, returned=returned)
    found = shipment(cup, status=Status.PARTIALLY_SHIPPED, holds=(hold(cup, 1),), **paid)
    cancelled, after = apply(found, Kind.CANCEL, world(level("CUP", 1, 1)))
    assert cancelled.stock_moved == [StockMoved(key("CUP"), RELEASE, 0, -1, 1, 0)]
    assert after.lines == (replace(cup, cancelled=1),)
    assert (after.status, after.payment_status, after.holds) == (Status.SHIPPED, payment_status, ())
    assert facts_of(cancelled) == ([refund(Method.CARD, back)] if back else [])
    assert (result(cancelled)["refunded_minor"], after.due_minor, after.overpaid_minor) == (back, due, 0)
    assert (after.total_minor, after.paid_minor) == (3600, found.paid_minor)


def test_what_was_waited_for_is_cancelled_with_the_rest() -> None:
    cup, tea = line("CUP", 3, shipped=1, backordered=2), line("TEA", 2, backordered=2)
    found = shipment(cup, tea, status=Status.PARTIALLY_SHIPPED, money={Method.CARD: 4500}, backordered_at=NOW)
    _, after = apply(found, Kind.CANCEL, world())
    assert after.lines == (replace(cup, backordered=0, cancelled=2), replace(tea, backordered=0, cancelled=2))
    assert (after.backordered_at, after.status) == (None, Status.SHIPPED)


def test_what_was_shipped_stays_payable_deliverable_and_returnable() -> None:
    cup = line("CUP", 3, shipped=2)
    found = shipment(cup, status=Status.PARTIALLY_SHIPPED, holds=(hold(cup, 1),), **ON_ACCOUNT)
    shelves = world(level("CUP", 1, 1))
    _, after = apply(found, Kind.CANCEL, shelves)
    _, after = apply(after, Kind.PAY, shelves, tenders=[card(2400)])
    assert (after.payment_status, after.due_minor) == (PAID, 0)
    _, after = apply(after, Kind.DELIVER, shelves)
    rows = [{"line_id": str(cup.id), "sku": None, "quantity": 2, "condition": "sellable"}]
    back, after = apply(after, Kind.RETURN, shelves, lines=rows)
    assert (after.status, after.payment_status, result(back)["refunded_minor"]) == (Status.RETURNED, ALL_BACK, 2400)


SALE = {"status": Status.PAID, "money": {Method.CASH: 900}}
HELD = {"status": Status.PROCESSING}


@pytest.mark.parametrize(
    ("role", "terminal_id", "fields", "code"),
    [
        pytest.param(Role.POS, TILL_ID, {}, Code.APPLIED, id="a till its draft"),
        pytest.param(Role.POS, 32, {}, Code.APPLIED, id="a till another's draft"),
        pytest.param(Role.POS, TILL_ID, HELD, Code.APPLIED, id="a till what it held"),
        pytest.param(Role.POS, 32, HELD, Code.TRANSITION_NOT_ALLOWED, id="a till what another held"),
        pytest.param(Role.POS, TILL_ID, SALE, Code.TRANSITION_NOT_ALLOWED, id="a till what was paid meanwhile"),
        pytest.param(Role.SUPERVISOR, 32, SALE, Code.APPLIED, id="a supervisor what was paid"),
        pytest.param(None, 32, SALE, Code.APPLIED, id="a task"),
    ],
)
def test_who_may_cancel_is_asked_again_when_it_takes_effect(
    role: Role | None, terminal_id: int, fields: dict[str, Any], code: Code
) -> None:
    shipped = 2 if fields == SALE else 0
    found = order(line("TEA", 2, shipped=shipped), terminal_id=terminal_id, **fields)
    asked = replace(command(Kind.CANCEL, found), role=role)
    assert code_of(decide(found, asked, world(level("TEA", 5)))) is code


@pytest.mark.parametrize(
    ("fields", "stands"),
    [(SALE, "paid"), ({**SALE, "status": Status.PARTIALLY_SHIPPED}, "partially shipped and paid")],
)
def test_a_till_is_told_how_an_order_stands(fields: dict[str, Any], stands: str) -> None:
    found = order(line("TEA", 2, shipped=1), terminal_id=32, **fields)
    refused = decide(found, replace(command(Kind.CANCEL, found), role=Role.POS), world(level("TEA", 5)))
    assert isinstance(refused, Rejection)
    assert refused.detail == f"Cancelling an order that is {stands} needs a supervisor."
