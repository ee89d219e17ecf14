"""Deposits: an order that is held is paid in parts; the sale comes with the last one, or all of them go back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inventory.core.levels import StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import EntryWritten
from orders.commands.core.tenders import EntryKind, Method
from tests.unit.build import (
    NOW,
    apply,
    card,
    cash,
    hold,
    key,
    level,
    line,
    money_of,
    order,
    refuse,
    result,
    shipment,
    told,
    world,
)

CASH, CARD = Method.CASH, Method.CARD


def held(*, expires: bool = True, **fields: Any) -> Order:
    """Four teas, 1800."""
    tea = line("TEA", 4)
    lapses = NOW + timedelta(minutes=5) if expires else None
    return order(tea, status=Status.PROCESSING, holds=(hold(tea, 4, expires_at=lapses),), **fields)


def deposited(found: Order, *tenders: dict[str, Any]) -> Order:
    return apply(found, Kind.PAY, world(level("TEA", 4, 4)), tenders=list(tenders), partial=True)[1]


def test_a_deposit_leaves_the_goods_where_they_are_and_their_holds_do_not_lapse() -> None:
    found = held()
    paid, after = apply(found, Kind.PAY, world(level("TEA", 4, 4)), tenders=[card(500), cash(100)], partial=True)
    assert after == replace(
        found,
        payment_status=PaymentStatus.PARTIALLY_PAID,
        paid_minor=600,
        holds=(replace(found.holds[0], expires_at=None),),
        payments=after.payments,
    )
    assert money_of(after) == ((CARD, 500), (CASH, 100))
    assert (after.due_minor, after.deposits_minor, after.is_paid) == (1200, 600, False)
    assert paid.entries == [EntryWritten(EntryKind.DEPOSIT, (("card", 500), ("cash", 100), ("deposits", -600)))]
    assert (paid.stock_moved, paid.levels, paid.takes_number) == ([], {}, False)
    assert told(paid, "change_minor", "due_minor", "invoice_number", "invoice_pending") == (0, 1200, None, False)


def test_the_last_part_is_the_sale_of_all_of_it() -> None:
    found = deposited(deposited(held(), cash(500)), card(300))
    paid, after = apply(found, Kind.PAY, world(level("TEA", 4, 4)), tenders=[cash(1500)], expected_total_minor=1800)
    assert told(paid, "change_minor", "due_minor") == (500, 0)
    assert paid.entries == [EntryWritten(EntryKind.SALE, (("cash", 1000), ("deposits", 800), ("revenue", -1800)))]
    assert paid.stock_moved == [StockMoved(key("TEA"), MovementKind.OUTBOUND, -4, -4, 0, 0)]
    assert (after.status, after.payment_status, after.paid_minor) == (Status.PAID, PaymentStatus.PAID, 1800)
    assert money_of(after) == ((CASH, 1500), (CARD, 300))
    assert after.paid_at == NOW
    assert paid.takes_number


def test_a_part_payment_that_reaches_what_is_due_is_the_last_one() -> None:
    after = deposited(deposited(held(), cash(500)), cash(1300))
    assert (after.payment_status, after.status) == (PaymentStatus.PAID, Status.PAID)


@pytest.mark.parametrize(
    ("tenders", "detail"),
    [
        pytest.param([], "18.00 GBP is due, but only 0.00 GBP was tendered.", id="no tender"),
        pytest.param([cash(0)], "18.00 GBP is due, but only 0.00 GBP was tendered.", id="nothing"),
        pytest.param(
            [card(1801)], "18.00 GBP is due; 18.01 GBP by other means than cash is more than that.", id="too much"
        ),
    ],
)
def test_part_payments_that_do_not_fit(tenders: list[dict[str, Any]], detail: str) -> None:
    refused = refuse(held(), Kind.PAY, world(level("TEA", 4, 4)), tenders=tenders, partial=True)
    assert (refused.code, refused.detail) == (Code.PAYMENT_DOES_NOT_MATCH_TOTAL, detail)


def test_a_payment_that_is_not_partial_still_has_to_reach_what_is_due() -> None:
    refused = refuse(deposited(held(), cash(500)), Kind.PAY, world(level("TEA", 4, 4)), tenders=[cash(1299)])
    assert refused.detail == "13.00 GBP is due, but only 12.99 GBP was tendered."


def test_a_draft_takes_no_part_payment() -> None:
    found = shipment(line("TEA", 4), payment_terms=PaymentTerms.ON_ACCOUNT)
    refused = refuse(found, Kind.PAY, world(level("TEA", 4)), tenders=[cash(500)], partial=True)
    assert refused.code is Code.TRANSITION_NOT_ALLOWED


@pytest.mark.parametrize("status", [Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.DELIVERED])
def test_what_was_shipped_on_account_is_paid_in_parts(status: Status) -> None:
    shipped = 2 if status is Status.PARTIALLY_SHIPPED else 4
    found = shipment(line("TEA", 4, shipped=shipped), status=status, payment_terms=PaymentTerms.ON_ACCOUNT)
    after = deposited(found, cash(500))
    assert (after.status, after.payment_status, after.due_minor) == (status, PaymentStatus.PARTIALLY_PAID, 1300)
    assert deposited(after, cash(1300)).payment_status is PaymentStatus.PAID


def test_cancelling_gives_the_deposits_back() -> None:
    found = deposited(deposited(held(), cash(500)), card(300))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 4, 4)), reason="changed their mind")
    assert [(moved.method, moved.amount_minor) for moved in cancelled.money_moved] == [(CARD, 300), (CASH, 500)]
    assert cancelled.entries == [
        EntryWritten(EntryKind.DEPOSIT_REFUND, (("card", -300), ("cash", -500), ("deposits", 800)))
    ]
    assert (after.status, after.payment_status, after.deposits_minor) == (Status.CANCELLED, PaymentStatus.REFUNDED, 0)
    assert after.holds == ()
    assert result(cancelled)["refunded_minor"] == 800


def test_a_deposit_for_what_came_back_is_given_back() -> None:
    """On account: of four teas handed over, worth 1800, 1500 was paid before."""
    tea = line("TEA", 4, shipped=4)
    found = shipment(
        tea,
        status=Status.DELIVERED,
        money={CASH: 1500},
        payment_status=PaymentStatus.PARTIALLY_PAID,
        paid_at=None,
        payment_terms=PaymentTerms.ON_ACCOUNT,
    )
    one = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
    back, after = apply(found, Kind.RETURN, world(level("TEA", 0)), lines=one)
    assert (result(back)["refunded_minor"], after.deposits_minor, after.due_minor) == (150, 1350, 0)
    assert back.entries == [EntryWritten(EntryKind.DEPOSIT_REFUND, (("cash", -150), ("deposits", 150)))]
    assert after.payment_status is PaymentStatus.PARTIALLY_PAID
    again, rest = apply(after, Kind.RETURN, world(level("TEA", 1)), lines=[one[0] | {"quantity": 3}])
    assert result(again)["refunded_minor"] == 1350
    assert rest.payment_status == PaymentStatus.REFUNDED
