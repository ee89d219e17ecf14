"""Tenders against what is due: who may exceed it, and what comes back as change."""

from typing import Any

import pytest

from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code
from orders.commands.core.tenders import Method
from tests.unit.build import (
    apply,
    card,
    cash,
    level,
    line,
    money_of,
    order,
    refuse,
    result,
    world,
)

# A cup and a tea: 1650.
TOTAL = 1650


def stocked() -> Any:
    return world(level("CUP", 3), level("TEA", 3))


@pytest.mark.parametrize(
    ("tenders", "kept", "change"),
    [
        pytest.param([cash(1650)], [1650], 0, id="cash to the penny"),
        pytest.param([cash(2000)], [1650], 350, id="cash over"),
        pytest.param([card(1650)], [1650], 0, id="card"),
        pytest.param([card(1000), cash(650)], [1000, 650], 0, id="split"),
        pytest.param([card(1000), cash(1000)], [1000, 650], 350, id="split, cash over"),
        pytest.param([cash(1000), card(1000)], [650, 1000], 350, id="change is cash, whenever the cash was given"),
        pytest.param([cash(1000), cash(500), card(900)], [750, 0, 900], 750, id="change: the last cash first"),
        pytest.param([card(1650), cash(0)], [1650, 0], 0, id="a tender of nothing"),
        pytest.param([card(1650), cash(100)], [1650, 0], 100, id="cash that was not needed"),
    ],
)
def test_tenders_that_reach_the_total(tenders: list[dict[str, Any]], kept: list[int], change: int) -> None:
    paid, after = apply(order(line("CUP", 1), line("TEA", 1)), Kind.PAY, stocked(), tenders=tenders)
    assert [moved.amount_minor for moved in paid.money_moved] == kept
    assert [moved.tendered_minor for moved in paid.money_moved] == [tender["amount_minor"] for tender in tenders]
    assert [moved.method for moved in paid.money_moved] == [tender["method"] for tender in tenders]
    assert result(paid)["change_minor"] == change
    assert after.paid_minor == TOTAL
    assert sum(amount for _, amount in money_of(after)) == TOTAL


@pytest.mark.parametrize(
    ("tenders", "expected", "detail"),
    [
        pytest.param([cash(1649)], None, "16.50 GBP is due, but only 16.49 GBP was tendered.", id="a penny short"),
        pytest.param([], None, "16.50 GBP is due, but only 0.00 GBP was tendered.", id="nothing"),
        pytest.param(
            [card(1651)],
            None,
            "16.50 GBP is due; 16.51 GBP by other means than cash is more than that.",
            id="card over",
        ),
        pytest.param(
            [card(1700), cash(20)],
            None,
            "16.50 GBP is due; 17.00 GBP by other means than cash is more than that.",
            id="card over, with some cash",
        ),
        pytest.param(
            [cash(1650)],
            1600,
            "The till expects 16.00 GBP, but the order comes to 16.50 GBP.",
            id="the till expects less",
        ),
        pytest.param(
            [cash(1700)],
            1700,
            "The till expects 17.00 GBP, but the order comes to 16.50 GBP.",
            id="the till expects more",
        ),
        pytest.param(
            [cash(1650)],
            0,
            "The till expects 0.00 GBP, but the order comes to 16.50 GBP.",
            id="the till expects nothing",
        ),
    ],
)
def test_tenders_that_do_not(tenders: list[dict[str, Any]], expected: int | None, detail: str) -> None:
    found = order(line("CUP", 1), line("TEA", 1))
    refused = refuse(found, Kind.PAY, stocked(), tenders=tenders, expected_total_minor=expected)
    assert (refused.code, refused.detail) == (Code.PAYMENT_DOES_NOT_MATCH_TOTAL, detail)


def test_the_total_that_the_till_expects_is_the_orders() -> None:
    paid, _ = apply(
        order(line("CUP", 1), line("TEA", 1)),
        Kind.PAY,
        stocked(),
        tenders=[cash(2000)],
        expected_total_minor=1650,
    )
    assert result(paid)["change_minor"] == 350


def test_a_gift_needs_no_tender() -> None:
    paid, after = apply(order(line("TEA", 1, price=0)), Kind.PAY, stocked(), tenders=[], expected_total_minor=0)
    assert paid.money_moved == []
    assert result(paid)["change_minor"] == 0
    assert (after.paid_minor, money_of(after), after.is_paid) == (0, (), True)


def test_a_gift_is_not_paid_by_card() -> None:
    refused = refuse(order(line("TEA", 1, price=0)), Kind.PAY, stocked(), tenders=[card(1)])
    assert refused.code is Code.PAYMENT_DOES_NOT_MATCH_TOTAL


def test_two_tenders_of_one_method_are_one_sum_to_refund_from() -> None:
    tenders = [cash(500), card(650), cash(1000)]
    _, after = apply(order(line("CUP", 1), line("TEA", 1)), Kind.PAY, stocked(), tenders=tenders)
    assert money_of(after) == ((Method.CASH, 1000), (Method.CARD, 650))


def test_a_tender_keeps_its_reference() -> None:
    tenders = [card(1650, reference="AUTH-7741"), cash(0, reference=None)]
    paid, _ = apply(order(line("CUP", 1), line("TEA", 1)), Kind.PAY, stocked(), tenders=tenders)
    assert [moved.reference for moved in paid.money_moved] == ["AUTH-7741", ""]
