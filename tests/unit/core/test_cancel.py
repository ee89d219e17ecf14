"""Cancelling from every state that allows it: holds, goods and money each go back to where they came from."""

from dataclasses import replace
from typing import Any

import pytest

from inventory.core.levels import StockMoved
from inventory.core.movements import MovementKind
from orders.core.changes import MoneyMoved
from orders.core.machine import Kind, PaymentStatus, PaymentTerms, Status
from orders.core.outcomes import Code
from orders.core.roles import Role
from orders.core.tenders import Method, PaymentKind
from tests.unit.core.build import (
    DEPOT,
    TILL_ID,
    apply,
    code_of,
    command,
    decide,
    hold,
    key,
    level,
    line,
    order,
    refuse,
    shipment,
    world,
)

RETURN_IN, RELEASE = MovementKind.RETURN_IN, MovementKind.RELEASE


def refund(method: Method, amount_minor: int, reason: str = "") -> MoneyMoved:
    return MoneyMoved(PaymentKind.REFUND, method, amount_minor, amount_minor, reason)


def test_a_draft() -> None:
    found = order(line("TEA", 2))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 5)), reason="left the shop")
    assert after == replace(found, status=Status.CANCELLED)
    assert (cancelled.levels, cancelled.money_moved, cancelled.entries) == ({}, [], [])
    assert (cancelled.reason, cancelled.result) == ("left the shop", {"refunded_minor": 0})


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
    assert after == replace(found, status=Status.CANCELLED, holds=())
    assert (cancelled.money_moved, cancelled.entries) == ([], [])


def test_a_paid_shipment_that_did_not_leave_is_refunded_whole() -> None:
    tea = line("TEA", 2)
    found = shipment(tea, status=Status.PROCESSING, money={Method.CARD: 900}, holds=(hold(tea, 2),))
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 2, 2)), reason="too late")
    assert cancelled.stock_moved == [StockMoved(key("TEA"), RELEASE, 0, -2, 2, 0)]
    assert cancelled.money_moved == [refund(Method.CARD, 900, "too late")]
    assert (after.payment_status, after.refunded_minor, after.money) == (
        PaymentStatus.REFUNDED,
        900,
        ((Method.CARD, 0),),
    )
    assert not cancelled.takes_number


def test_a_sale_brings_its_goods_back_to_the_first_location() -> None:
    found = order(
        line("TEA", 2, shipped=2),
        line("TEA", 1, shipped=1),
        line("POSTAGE", 1, shipped=1),
        line("CUP", 1, shipped=1),
        status=Status.PAID,
        money={Method.CASH: 2000, Method.CARD: 945},
    )
    cancelled, after = apply(found, Kind.CANCEL, world(level("TEA", 5, location=DEPOT)))
    assert cancelled.stock_moved == [StockMoved(key("TEA"), RETURN_IN, 3, 0, 3, 0)]
    assert [line.returned for line in after.lines] == [2, 1, 1, 1]
    assert after.payment_status is PaymentStatus.REFUNDED


def test_a_sale_of_which_something_came_back_is_returned_instead() -> None:
    found = order(line("TEA", 2, shipped=2, returned=1), status=Status.PAID, money={Method.CASH: 900})
    refused = refuse(found, Kind.CANCEL, world(level("TEA", 5)))
    assert refused.code is Code.TRANSITION_NOT_ALLOWED
    assert refused.detail == "Goods of this order were returned; return the rest instead."


@pytest.mark.parametrize(
    ("returned", "refunded_before", "back"),
    [pytest.param(0, 0, 1200, id="what never left"), pytest.param(1, 1200, 1200, id="not what came back before")],
)
def test_a_shipment_that_left_in_part_is_refunded_what_never_left(
    returned: int, refunded_before: int, back: int
) -> None:
    cup = line("CUP", 3, shipped=2, returned=returned)
    found = shipment(
        cup,
        status=Status.PARTIALLY_SHIPPED,
        money={Method.CARD: 3600 - refunded_before},
        refunded_minor=refunded_before,
        holds=(hold(cup, 1),),
    )
    cancelled, after = apply(found, Kind.CANCEL, world(level("CUP", 1, 1)))
    assert cancelled.stock_moved == [StockMoved(key("CUP"), RELEASE, 0, -1, 1, 0)]
    assert cancelled.money_moved == [refund(Method.CARD, back)]
    assert (after.lines, after.payment_status) == ((cup,), PaymentStatus.PARTIALLY_REFUNDED)
    assert after.refunded_minor == refunded_before + back


def test_an_unpaid_shipment_that_left_in_part_gets_no_money() -> None:
    cup = line("CUP", 3, shipped=2)
    found = shipment(cup, status=Status.PARTIALLY_SHIPPED, payment_terms=PaymentTerms.ON_ACCOUNT, holds=(hold(cup, 1),))
    cancelled, after = apply(found, Kind.CANCEL, world(level("CUP", 1, 1)))
    assert (cancelled.money_moved, cancelled.entries) == ([], [])
    assert (after.status, after.payment_status) == (Status.CANCELLED, PaymentStatus.UNPAID)


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
