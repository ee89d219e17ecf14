"""Cash is rounded to what coins can pay: of a sale what is left for it, of refunds all that was due in it so far."""

from dataclasses import replace
from typing import Any

import pytest

from base.currencies import said
from orders.commands.core.machine import Kind, PaymentStatus, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import EntryWritten
from orders.commands.core.tenders import EntryKind, Method
from tests.unit.build import apply, card, cash, hold, level, line, order, refuse, result, told, world

CASH, CARD = Method.CASH, Method.CARD
GBP = "GBP"


def till(coin: int, **fields: Any) -> Any:
    return world(level("TEA", 3, fields.pop("reserved", 0)), coin_minor=coin, **fields)


def tea(total: int, quantity: int = 1) -> Order:
    return order(line("TEA", quantity, total_minor=total))


def paid(total: int, coin: int, *tenders: dict[str, Any], quantity: int = 1) -> Order:
    return apply(tea(total, quantity), Kind.PAY, till(coin), tenders=list(tenders))[1]


def back(found: Order, coin: int, quantity: int = 1, refund_to: Any = None) -> tuple[Any, Order]:
    rows = [{"line_id": None, "sku": "TEA", "quantity": quantity, "condition": "sellable"}]
    return apply(found, Kind.RETURN, till(coin), lines=rows, refund_to=refund_to)


def to(method: Method, amount_minor: int) -> dict[str, Any]:
    return {"method": method, "amount_minor": amount_minor, "payment_id": None, "reference": None}


def parts(change: Any) -> list[tuple[str, int]]:
    return [(moved.method, moved.amount_minor) for moved in change.money_moved]


@pytest.mark.parametrize(
    ("total", "others", "coin", "in_cash", "rounding"),
    [
        (198, 0, 5, 200, 2),
        (197, 0, 5, 195, -2),
        (1002, 500, 5, 500, -2),
        (5, 0, 10, 10, 5),
        (2, 0, 5, 0, -2),
        (1234, 0, 100, 1200, -34),
        (198, 0, 1, 198, 0),
        (198, 198, 5, 0, 0),
    ],
)
def test_what_is_left_for_cash_is_rounded(total: int, others: int, coin: int, in_cash: int, rounding: int) -> None:
    tenders = [card(others)] * bool(others) + [cash(in_cash)]
    sold, after = apply(tea(total), Kind.PAY, till(coin), tenders=tenders)
    assert told(sold, "change_minor", "rounding_minor", "due_minor") == (0, rounding, 0)
    assert (after.paid_minor, after.rounding_minor, after.due_minor) == (total + rounding, rounding, 0)
    assert after.payment_status is PaymentStatus.PAID
    if in_cash:
        short = refuse(tea(total), Kind.PAY, till(coin), tenders=[*tenders[:-1], cash(in_cash - coin)])
        due, tendered = said(total + rounding, GBP), said(total + rounding - coin, GBP)
        assert short.detail == f"{due} is due, but only {tendered} was tendered."


def test_what_cash_was_rounded_by_is_booked_to_an_account_of_its_own() -> None:
    more, _ = apply(tea(198), Kind.PAY, till(5), tenders=[cash(200)])
    assert more.entries == [EntryWritten(EntryKind.SALE, (("cash", 200), ("rounding", -2), ("revenue", -198)))]
    less, _ = apply(tea(2), Kind.PAY, till(5), tenders=[cash(0)])
    assert less.entries == [EntryWritten(EntryKind.SALE, (("rounding", 2), ("revenue", -2)))]


def test_change_is_beyond_what_is_due_in_cash() -> None:
    sold, after = apply(tea(1002), Kind.PAY, till(5), tenders=[cash(300), card(500), cash(300)])
    assert result(sold)["change_minor"] == 100
    assert (parts(sold), after.paid_minor) == ([(CASH, 300), (CARD, 500), (CASH, 200)], 1000)


def test_without_cash_nothing_is_rounded() -> None:
    assert paid(198, 5, card(198)).rounding_minor == 0
    refused = refuse(tea(198), Kind.PAY, till(5), tenders=[card(200)])
    assert refused.detail == "1.98 GBP is due; 2.00 GBP by other means than cash is more than that."


@pytest.mark.parametrize(
    ("tenders", "partial"),
    [([cash(198)], False), ([cash(201)], False), ([card(100), cash(98)], False), ([cash(98)], True)],
)
def test_cash_is_paid_in_coins(tenders: list[dict[str, Any]], partial: bool) -> None:
    found = replace(tea(198), status=Status.PROCESSING)
    refused = refuse(found, Kind.PAY, till(5), tenders=tenders, partial=partial)
    given = sum(one["amount_minor"] for one in tenders if one["method"] == CASH)
    assert refused.code is Code.PAYMENT_DOES_NOT_MATCH_TOTAL
    assert refused.detail == f"{said(given, GBP)} cannot be paid in cash: the smallest coin is 0.05 GBP."


def test_cash_tenders_are_added_up() -> None:
    assert paid(198, 5, cash(98), cash(102)).paid_minor == 200


def test_the_till_expects_the_total_as_it_was_before_it_is_rounded() -> None:
    _, after = apply(tea(198), Kind.PAY, till(5), tenders=[cash(200)], expected_total_minor=198)
    assert after.paid_minor == 200
    refused = refuse(tea(198), Kind.PAY, till(5), tenders=[cash(200)], expected_total_minor=200)
    assert refused.detail == "The till expects 2.00 GBP, but the order comes to 1.98 GBP."


def test_only_the_last_part_is_rounded() -> None:
    goods = line("TEA", 1, total_minor=198)
    found = order(goods, status=Status.PROCESSING, holds=(hold(goods, 1),))
    part, first = apply(found, Kind.PAY, till(5, reserved=1), tenders=[card(33), cash(100)], partial=True)
    assert told(part, "due_minor", "rounding_minor") == (65, 0)
    last, after = apply(first, Kind.PAY, till(5, reserved=1), tenders=[cash(65)], expected_total_minor=198)
    assert (last.takes_number, after.rounding_minor, after.paid_minor) == (True, 0, 198)
    other, second = apply(first, Kind.PAY, till(10, reserved=1), tenders=[cash(100)], partial=True)
    assert told(other, "change_minor", "rounding_minor", "due_minor") == (30, 5, 0)
    assert (second.payment_status, second.paid_minor) == (PaymentStatus.PAID, 203)


def test_one_by_one_they_give_back_in_cash_just_what_was_taken() -> None:
    after = paid(1000, 5, cash(1000), quantity=3)
    refunds, rounding = [], []
    for _ in range(3):
        change, after = back(after, 5)
        refunds.append(result(change)["refunded_minor"])
        rounding.append(result(change)["rounding_minor"])
        assert after.due_minor == after.overpaid_minor == 0
    assert (refunds, rounding) == ([335, 330, 335], [-2, 4, -2])
    assert (after.kept_minor, after.rounding_minor, after.payment_status) == (0, 0, PaymentStatus.REFUNDED)


def test_a_refund_is_booked_as_it_is_rounded() -> None:
    change, _ = back(paid(1000, 5, cash(1000), quantity=3), 5)
    assert change.entries == [EntryWritten(EntryKind.RETURN, (("cash", -335), ("rounding", 2), ("revenue", 333)))]


@pytest.mark.parametrize(
    ("total", "coin", "tenders"),
    [
        (198, 5, [cash(200)]),
        (197, 5, [cash(195)]),
        (1002, 5, [card(500), cash(500)]),
        (5, 10, [cash(10)]),
        (2, 5, [cash(0)]),
        (1234, 100, [cash(1500)]),
    ],
)
@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.RETURN])
def test_a_whole_order_gives_back_what_it_took(total: int, coin: int, tenders: list[Any], kind: Kind) -> None:
    found = paid(total, coin, *tenders)
    change, after = back(found, coin) if kind is Kind.RETURN else apply(found, kind, till(coin))
    assert result(change)["refunded_minor"] == found.paid_minor
    assert result(change)["rounding_minor"] == -found.rounding_minor
    assert (after.kept_minor, after.rounding_minor) == (0, 0)


@pytest.mark.parametrize("later", [1, 2, 10, 100, 500])
def test_a_whole_order_gives_back_what_it_took_whatever_the_smallest_coin_is_by_then(later: int) -> None:
    after = paid(1997, 5, cash(1995), quantity=2)
    for _ in range(2):
        _, after = back(after, later)
        assert after.refunded_minor >= 0
    assert (after.refunded_minor, after.rounding_minor, after.payment_status) == (1995, 0, PaymentStatus.REFUNDED)


def test_what_is_too_little_to_be_given_back_in_cash_is_kept() -> None:
    after = paid(6, 5, cash(5), quantity=3)
    first, after = back(after, 5)
    assert (parts(first), result(first)["rounding_minor"]) == ([], 2)
    assert first.entries == [EntryWritten(EntryKind.RETURN, (("rounding", -2), ("revenue", 2)))]
    assert (after.payment_status, after.rounding_minor) == (PaymentStatus.PAID, 1)
    _, after = back(after, 5, 2)
    assert (after.kept_minor, after.rounding_minor) == (0, 0)


def test_a_card_gets_back_what_it_paid_to_the_penny() -> None:
    change, after = back(paid(1000, 5, card(1000), quantity=3), 5)
    assert (parts(change), after.rounding_minor) == ([(CARD, 333)], 0)


def test_cash_instead_of_a_card_is_rounded() -> None:
    found = paid(1000, 5, card(1000), quantity=3)
    change, after = back(found, 5, 1, [to(CASH, 335)])
    assert [(one.method, one.amount_minor, one.reverses) for one in change.money_moved] == [(CASH, 335, None)]
    assert (result(change)["rounding_minor"], after.due_minor, after.overpaid_minor) == (-2, 0, 0)
    rest, gone = back(after, 5, 2)
    assert (parts(rest), gone.overpaid_minor, gone.due_minor) == ([(CARD, 667)], 0, 0)


def test_more_may_go_back_in_cash_than_a_card_took() -> None:
    change, after = back(paid(503, 5, card(503)), 5, 1, [to(CASH, 505)])
    assert (result(change)["refunded_minor"], result(change)["rounding_minor"]) == (505, -2)
    assert (after.kept_minor, after.payment_status, after.overpaid_minor) == (-2, PaymentStatus.REFUNDED, 0)


@pytest.mark.parametrize(
    ("rows", "due"),
    [
        ([to(CASH, 333)], 335),
        ([to(CASH, 330)], 335),
        ([to(CARD, 200), to(CASH, 133)], 335),
        ([to(CARD, 331)], 333),
        ([to(CARD, 334)], 333),
        ([to(CARD, 334), to(CASH, 0)], 333),
        ([], 333),
    ],
)
def test_what_is_named_makes_up_what_goes_back_as_cash_is_rounded(rows: list[Any], due: int) -> None:
    found = paid(1000, 5, card(500), cash(500), quantity=3)
    asked = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
    refused = refuse(found, Kind.RETURN, till(5), lines=asked, refund_to=rows)
    named = sum(row["amount_minor"] for row in rows)
    assert refused.code is Code.PAYMENT_DOES_NOT_MATCH_TOTAL
    assert refused.detail == f"{said(due, GBP)} goes back, but {said(named, GBP)} was named."


@pytest.mark.parametrize(
    "rows",
    [[to(CASH, 335)], [to(CARD, 333)], [to(CARD, 333), to(CASH, 0)], [to(CARD, 200), to(CASH, 135)]],
)
def test_what_is_named_and_fits(rows: list[Any]) -> None:
    change, after = back(paid(1000, 5, card(500), cash(500), quantity=3), 5, 1, rows)
    assert sum(amount for _, amount in parts(change)) == sum(row["amount_minor"] for row in rows)
    assert (after.due_minor, after.overpaid_minor) == (0, 0)


def test_deposits_that_go_back_in_cash_are_rounded_and_owed_exactly() -> None:
    goods = line("TEA", 3, total_minor=1000, shipped=3)
    found = order(goods, status=Status.DELIVERED, fulfilment="shipment", payment_terms="on_account")
    _, found = apply(found, Kind.PAY, till(5), tenders=[card(333), cash(600)], partial=True)
    change, after = back(found, 5, 2)
    assert parts(change) == [(CARD, 333), (CASH, 265)]
    assert change.entries == [
        EntryWritten(EntryKind.DEPOSIT_REFUND, (("card", -333), ("cash", -265), ("rounding", -2), ("deposits", 600)))
    ]
    assert (after.deposits_minor, after.kept_minor, after.due_minor) == (333, 335, 0)
    sold, last = apply(after, Kind.PAY, till(5), tenders=[])
    assert sold.entries == [EntryWritten(EntryKind.SALE, (("deposits", 333), ("revenue", -333)))]
    gone, empty = back(last, 5)
    assert (parts(gone), empty.kept_minor, empty.rounding_minor) == ([(CASH, 335)], 0, 0)


def test_two_more_methods_are_as_good_as_a_card() -> None:
    tenders = [{"method": "transfer", "amount_minor": 100}, {"method": "voucher", "amount_minor": 98}]
    sold, _ = apply(tea(198), Kind.PAY, till(5), tenders=tenders)
    assert sold.entries == [EntryWritten(EntryKind.SALE, (("transfer", 100), ("voucher", 98), ("revenue", -198)))]
