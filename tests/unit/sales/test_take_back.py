"""Returning: what was handed over comes back, to the shelf or as damaged, and is refunded if it was paid for."""

from dataclasses import replace
from typing import Any

import pytest

from inventory.core.levels import StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, PaymentStatus, Status
from orders.commands.core.order import Line, Order
from orders.commands.core.outcomes import Code
from orders.commands.core.tenders import Method
from tests.unit.build import (
    DEPOT,
    apply,
    details,
    facts_of,
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

RETURN_IN, DAMAGED = MovementKind.RETURN_IN, MovementKind.DAMAGED


def sold(*lines: Line, **fields: Any) -> Order:
    """An immediate sale, paid in cash, everything handed over."""
    handed_over = [replace(line, shipped=line.quantity) for line in lines]
    total = sum(line.total_minor for line in lines)
    returned = sum(line.total_minor * line.returned // line.quantity for line in lines)
    money = {Method.CASH: total - returned}
    return order(*handed_over, status=Status.PAID, money=money, refunded_minor=returned, **fields)


def row(sku: str | None = None, quantity: int = 1, *, of: Line | None = None, condition: str = "sellable") -> Any:
    return {"line_id": str(of.id) if of else None, "sku": sku, "quantity": quantity, "condition": condition}


def returned_of(found: Order) -> list[int]:
    return [line.returned for line in found.lines]


def test_a_part_comes_back_to_the_shelf_and_is_refunded() -> None:
    tea = line("TEA", 3)
    found = sold(tea)
    back, after = apply(found, Kind.RETURN, world(level("TEA", 5, 1)), lines=[row("TEA", 2)], reason="stale")
    assert back.stock_moved == [StockMoved(key("TEA"), RETURN_IN, 2, 0, 7, 1)]
    assert facts_of(back) == [("refund", "cash", 900, "")]
    assert after == replace(
        found,
        lines=(replace(found.lines[0], returned=2),),
        payment_status=PaymentStatus.PARTIALLY_REFUNDED,
        refunded_minor=900,
        payments=(replace(found.payments[0], given_back_minor=900),),
    )
    assert told(back, "refunded_minor", "skipped") == (900, [])
    assert (back.reason, back.takes_number) == ("stale", True)


def test_when_nothing_is_left_the_order_is_returned() -> None:
    back, after = apply(
        sold(line("TEA", 2), line("CUP", 1, returned=1)),
        Kind.RETURN,
        world(level("TEA", 0), level("CUP", 1)),
        lines=[row("TEA", 2)],
    )
    assert (after.status, after.payment_status) == (Status.RETURNED, PaymentStatus.REFUNDED)
    assert after.refunded_minor == 2100
    assert money_of(after) == ((Method.CASH, 0),)
    assert result(back)["refunded_minor"] == 900


def test_what_never_left_is_still_to_be_shipped() -> None:
    tea = line("TEA", 3, shipped=1)
    found = shipment(tea, status=Status.PARTIALLY_SHIPPED, money={Method.CARD: 1350})
    _, after = apply(found, Kind.RETURN, world(level("TEA", 2, 2)), lines=[row("TEA")])
    assert (after.status, after.payment_status) == (Status.PARTIALLY_SHIPPED, PaymentStatus.PARTIALLY_REFUNDED)
    assert after.lines == (replace(tea, returned=1),)


def test_damaged_goods_come_in_and_leave_the_stock_again() -> None:
    back, _ = apply(
        sold(line("CUP", 3)),
        Kind.RETURN,
        world(level("CUP", 4)),
        lines=[row("CUP", 1, condition="damaged"), row("CUP", 2)],
    )
    assert back.stock_moved == [
        StockMoved(key("CUP"), RETURN_IN, 3, 0, 7, 0),
        StockMoved(key("CUP"), DAMAGED, -1, 0, 6, 0),
    ]


@pytest.mark.parametrize(("code", "location"), [(None, "shop"), ("depot", "depot"), ("shop", "shop")])
def test_goods_come_back_to_the_named_location_or_the_first(code: str | None, location: str) -> None:
    shelves = world(level("TEA", 0), level("TEA", 0, location=DEPOT))
    back, _ = apply(sold(line("TEA", 1)), Kind.RETURN, shelves, lines=[row("TEA")], location=code)
    assert list(back.levels) == [key("TEA", DEPOT) if location == "depot" else key("TEA")]


def test_a_location_that_had_none_gets_a_level() -> None:
    back, _ = apply(sold(line("TEA", 1)), Kind.RETURN, world(level("TEA", 4)), lines=[row("TEA")], location="depot")
    assert back.levels == {key("TEA", DEPOT): level("TEA", 1, location=DEPOT)}


@pytest.mark.parametrize(
    ("quantity", "returned"),
    [
        pytest.param(1, [1, 1, 0], id="the first line that has some left"),
        pytest.param(2, [2, 1, 0], id="all of it"),
        pytest.param(4, [2, 1, 2], id="on to the next, passing over one that is back already"),
        pytest.param(5, [2, 1, 3], id="everything"),
    ],
)
def test_a_sku_is_spread_over_its_lines_first_line_first(quantity: int, returned: list[int]) -> None:
    found = sold(line("TEA", 2), line("TEA", 1, returned=1), line("TEA", 3, price=400), line("CUP", 1))
    _, after = apply(found, Kind.RETURN, world(level("TEA", 0)), lines=[row("TEA", quantity)])
    assert returned_of(after) == [*returned, 0]


def test_a_named_line_is_the_one_that_comes_back_at_its_own_price() -> None:
    gift, cheap = line("TEA", 2), line("TEA", 2, price=400)
    back, after = apply(sold(gift, cheap), Kind.RETURN, world(level("TEA", 0)), lines=[row(of=cheap)])
    assert returned_of(after) == [0, 1]
    assert result(back)["refunded_minor"] == 400


def test_each_row_sees_what_the_rows_before_it_took() -> None:
    first, second = line("TEA", 2), line("TEA", 2)
    rows = [row(of=first), row("TEA", 2)]
    back, after = apply(sold(first, second), Kind.RETURN, world(level("TEA", 0)), lines=rows)
    assert returned_of(after) == [2, 1]
    assert back.stock_moved == [StockMoved(key("TEA"), RETURN_IN, 3, 0, 3, 0)]


@pytest.mark.parametrize(
    ("rows", "asked", "remaining"),
    [
        pytest.param([("TEA", 4)], 4, 3, id="more than came"),
        pytest.param([("TEA", 2), ("TEA", 2)], 2, 1, id="more than came, in two rows"),
        pytest.param([("CUP", 1)], 1, 0, id="what is back already"),
    ],
)
def test_no_more_comes_back_than_was_handed_over(rows: Any, asked: int, remaining: int) -> None:
    found = sold(line("TEA", 2), line("TEA", 1), line("CUP", 1, returned=1))
    refused = refuse(found, Kind.RETURN, world(level("TEA", 0)), lines=[row(*each) for each in rows])
    assert refused.code is Code.QUANTITY_EXCEEDS_REMAINING
    assert refused.detail == f"{asked} asked for, {remaining} can come back."
    assert details(refused) == [{**row(*rows[-1]), "remaining": remaining}]


def test_what_was_not_shipped_yet_cannot_come_back() -> None:
    tea = line("TEA", 3, shipped=1)
    found = shipment(tea, status=Status.PARTIALLY_SHIPPED, money={Method.CARD: 1350})
    refused = refuse(found, Kind.RETURN, world(level("TEA", 2, 2)), lines=[row("TEA", 2)])
    assert refused.detail == "2 asked for, 1 can come back."


@pytest.mark.parametrize("stranger", [row("CUP"), row(of=line("TEA", 1))])
def test_a_line_that_the_order_lacks_comes_before_a_quantity_that_is_too_much(stranger: Any) -> None:
    refused = refuse(sold(line("TEA", 1)), Kind.RETURN, world(), lines=[row("TEA", 5), stranger])
    assert refused.code == Code.LINE_NOT_FOUND
    assert details(refused) == [stranger]
    assert refused.detail == f"The order has no line {stranger['line_id'] or stranger['sku']}."


def test_goods_that_no_level_counts_are_refunded_and_skipped() -> None:
    found = sold(line("GIFT-CARD", 2), line("CUP", 1))
    back, after = apply(found, Kind.RETURN, world(), lines=[row("GIFT-CARD", 1), row("GIFT-CARD", 1), row("CUP")])
    assert told(back, "refunded_minor", "skipped") == (6200, ["GIFT-CARD", "CUP"])
    assert back.levels == {}
    assert after.status == Status.RETURNED


def test_an_unpaid_order_on_account_owes_less_and_gets_nothing_back() -> None:
    found = shipment(line("CUP", 2, shipped=2), status=Status.DELIVERED)
    back, after = apply(found, Kind.RETURN, world(level("CUP", 0)), lines=[row("CUP")])
    assert (back.money_moved, back.entries, result(back)["refunded_minor"]) == ([], [], 0)
    assert (after.payment_status, after.due_minor, after.refunded_minor) == (PaymentStatus.UNPAID, 1200, 0)
    _, nothing_left = apply(after, Kind.RETURN, world(level("CUP", 1)), lines=[row("CUP")])
    assert (nothing_left.status, nothing_left.payment_status) == (Status.RETURNED, PaymentStatus.UNPAID)
