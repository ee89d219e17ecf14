"""Fulfilling: all that remains, or some of it, leaves the locations that hold it."""

from dataclasses import replace
from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind, PaymentTerms, Status
from orders.commands.core.order import Hold, Line, Order
from orders.commands.core.outcomes import Code
from orders.commands.core.tenders import Method
from tests.unit.build import (
    DEPOT,
    NOW,
    apply,
    cash,
    details,
    hold,
    key,
    level,
    line,
    order,
    refuse,
    result,
    shipment,
    told,
    world,
)

OUTBOUND = MovementKind.OUTBOUND


def paid(*lines: Line, holds: tuple[Hold, ...], **fields: Any) -> Order:
    """A shipment that is paid by card."""
    total = sum(line.total_minor for line in lines)
    return shipment(*lines, money={Method.CARD: total}, holds=holds, **{"status": Status.PROCESSING} | fields)


def row(line: Line, quantity: int | None) -> dict[str, Any]:
    return {"line_id": str(line.id), "quantity": quantity}


def test_everything_leaves_from_where_it_is_held() -> None:
    tea, cup = line("TEA", 4), line("CUP", 1)
    found = paid(tea, cup, holds=(hold(tea, 1), hold(tea, 3, DEPOT), hold(cup, 1)))
    shelves = world(level("TEA", 9, 3), level("TEA", 3, 3, DEPOT), level("CUP", 1, 1))
    shipped, after = apply(found, Kind.FULFILL, shelves, lines=None)
    assert shipped.stock_moved == [
        StockMoved(key("TEA"), OUTBOUND, -1, -1, 8, 2),
        StockMoved(key("TEA", DEPOT), OUTBOUND, -3, -3, 0, 0),
        StockMoved(key("CUP"), OUTBOUND, -1, -1, 0, 0),
    ]
    lines = (replace(tea, shipped=4), replace(cup, shipped=1))
    assert after == replace(found, status=Status.SHIPPED, lines=lines, holds=())
    assert (shipped.money_moved, shipped.entries, shipped.takes_number) == ([], [], False)


def test_a_part_leaves_the_rest_held() -> None:
    tea, cup = line("TEA", 4), line("CUP", 1)
    first, second, other = hold(tea, 1), hold(tea, 3, DEPOT), hold(cup, 1)
    found = paid(tea, cup, holds=(first, second, other))
    shelves = world(level("TEA", 1, 1), level("TEA", 3, 3, DEPOT), level("CUP", 1, 1))
    shipped, after = apply(found, Kind.FULFILL, shelves, lines=[row(tea, 2)])
    assert shipped.levels == {key("TEA"): level("TEA", 0, 0), key("TEA", DEPOT): level("TEA", 2, 2, DEPOT)}
    assert after.holds == (replace(second, quantity=2), other)
    assert (after.status, after.lines) == (Status.PARTIALLY_SHIPPED, (replace(tea, shipped=2), cup))


def test_parts_add_up_to_shipped() -> None:
    tea = line("TEA", 3)
    shelves = world(level("TEA", 3, 3))
    _, part = apply(paid(tea, holds=(hold(tea, 3),)), Kind.FULFILL, shelves, lines=[row(tea, 2)])
    _, whole = apply(part, Kind.FULFILL, world(level("TEA", 1, 1)), lines=[row(tea, 1)])
    assert (whole.status, whole.lines[0].shipped, whole.holds) == (Status.SHIPPED, 3, ())


def test_two_lines_of_one_sku_each_use_their_own_hold() -> None:
    gift, own = line("TEA", 2, price=0), line("TEA", 3)
    held = hold(gift, 2)
    shelves = world(level("TEA", 5, 5))
    _, after = apply(paid(gift, own, holds=(held, hold(own, 3))), Kind.FULFILL, shelves, lines=[row(own, 3)])
    assert after.holds == (held,)


@pytest.mark.parametrize(
    ("shipped", "asked", "now_shipped"),
    [
        pytest.param(0, [2], 2, id="some"),
        pytest.param(1, [None], 4, id="named without a quantity: what remains"),
        pytest.param(0, [1, 2], 3, id="named twice"),
        pytest.param(1, [3], 4, id="exactly what remains"),
    ],
)
def test_quantities(shipped: int, asked: list[int | None], now_shipped: int) -> None:
    tea = line("TEA", 4, shipped=shipped)
    found = paid(tea, line("CUP", 1), holds=(hold(tea, 4 - shipped),))
    rows = [row(tea, quantity) for quantity in asked]
    _, after = apply(found, Kind.FULFILL, world(level("TEA", 4, 4)), lines=rows)
    assert after.lines[0].shipped == now_shipped
    assert after.status is Status.PARTIALLY_SHIPPED


@pytest.mark.parametrize(
    ("shipped", "asked", "requested", "remaining"),
    [
        pytest.param(0, [5], 5, 4, id="more than ordered"),
        pytest.param(3, [2], 2, 1, id="more than remains"),
        pytest.param(0, [3, 2], 5, 4, id="more than remains, in two rows"),
        pytest.param(4, [None], 0, 0, id="nothing remains"),
    ],
)
def test_more_than_remains(shipped: int, asked: list[int | None], requested: int, remaining: int) -> None:
    tea, cup = line("TEA", 4, shipped=shipped), line("CUP", 1)
    found = paid(tea, cup, holds=(hold(cup, 1),), status=Status.PARTIALLY_SHIPPED)
    refused = refuse(found, Kind.FULFILL, world(level("TEA", 9)), lines=[row(tea, each) for each in asked])
    assert refused.code is Code.QUANTITY_EXCEEDS_REMAINING
    assert refused.detail == f"{requested} asked for, {remaining} remaining."
    assert details(refused) == [{"line_id": str(tea.id), "requested": requested, "remaining": remaining}]


def test_a_line_that_the_order_lacks_comes_before_a_quantity_that_is_too_much() -> None:
    tea, stranger = line("TEA", 4), line("TEA", 1)
    found = paid(tea, holds=(hold(tea, 4),))
    rows = [row(tea, 5), row(stranger, 1)]
    refused = refuse(found, Kind.FULFILL, world(level("TEA", 9, 4)), lines=rows)
    assert refused.code == Code.LINE_NOT_FOUND
    assert details(refused) == [row(stranger, 1)]
    assert refused.detail == f"The order has no line {stranger.id}."


@pytest.mark.parametrize("shelf", [[], [level("CUP", 5)]])
def test_what_was_skipped_when_it_was_paid_is_skipped_again(shelf: list[Level]) -> None:
    """Also where a level has come since: the line tells, not the shelf."""
    cup, postage = line("CUP", 1, skipped=True), line("POSTAGE", 1)
    shipped, after = apply(paid(cup, postage, holds=()), Kind.FULFILL, world(*shelf))
    assert after.status == Status.SHIPPED
    assert shipped.levels == {}
    assert told(shipped, "skipped") == (["CUP", "POSTAGE"],)


@pytest.mark.parametrize("kind", [Kind.RESERVE, Kind.PAY])
@pytest.mark.parametrize("sale", [order, shipment])
def test_the_line_remembers_that_it_was_skipped(kind: Kind, sale: Any) -> None:
    cup, tea = line("CUP", 1), line("TEA", 1)
    payload: Any = {"tenders": [cash(1650)]} if kind is Kind.PAY else {}
    shelves = world(level("TEA", 1))
    _, after = apply(sale(cup, tea), kind, shelves, skip_missing=True, **payload)
    assert [one.skipped for one in after.lines] == [True, False]


def test_a_sale_passes_over_what_was_skipped_when_it_was_held() -> None:
    _, after = apply(order(line("CUP", 1)), Kind.RESERVE, world(), skip_missing=True)
    sold, after = apply(after, Kind.PAY, world(level("CUP", 5)), tenders=[cash(1200)])
    assert sold.stock_moved == []
    assert told(sold, "skipped") == (["CUP"],)
    _, released = apply(replace(after, status=Status.PROCESSING, paid_at=None, paid_minor=0), Kind.RELEASE, world())
    assert not released.lines[0].skipped


def test_an_order_on_account_leaves_before_it_is_paid() -> None:
    tea = line("TEA", 1)
    found = shipment(tea, status=Status.PROCESSING, payment_terms=PaymentTerms.ON_ACCOUNT, holds=(hold(tea, 1),))
    _, after = apply(found, Kind.FULFILL, world(level("TEA", 1, 1)))
    assert (after.status, after.is_paid, after.paid_minor) == (Status.SHIPPED, False, 0)


def test_delivering_moves_nothing() -> None:
    found = paid(line("TEA", 1, shipped=1), holds=(), status=Status.SHIPPED)
    delivered, after = apply(found, Kind.DELIVER, world())
    assert after == replace(found, status=Status.DELIVERED)
    assert (delivered.levels, delivered.money_moved, delivered.entries, result(delivered)) == ({}, [], [], {})


def test_what_others_may_wait_for_is_not_shipped_before_it_is_held() -> None:
    tea = replace(line("TEA", 4), backordered=3)
    found = paid(tea, holds=(hold(tea, 1),), backordered_at=NOW)
    refusal = refuse(found, Kind.FULFILL, world(level("TEA", 9, 1)), lines=[row(tea, 2)])
    assert refusal.code is Code.STOCK_INSUFFICIENT
