"""Paying: an immediate sale hands the goods over, a shipment holds them; the order is paid either way."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.days import Calendar
from orders.commands.core.machine import Kind, PaymentStatus, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import Method
from tests.unit import build
from tests.unit.build import (
    DEPOT,
    NOW,
    apply,
    cash,
    hold,
    key,
    level,
    line,
    money_of,
    order,
    result,
    shipment,
    told,
    world,
)

OUTBOUND, RESERVE = MovementKind.OUTBOUND, MovementKind.RESERVE


def pay(found: Order, *levels: Level, **more: Any) -> tuple[Applied, Order]:
    return apply(found, Kind.PAY, world(*levels), tenders=[cash(found.due_minor)], **more)


def refused(found: Order, *levels: Level, **more: Any) -> tuple[Code, list[build.Shortage]]:
    refusal = build.refuse(found, Kind.PAY, world(*levels), tenders=[cash(found.due_minor)], **more)
    return refusal.code, build.shortages(refusal)


def test_an_immediate_sale_hands_everything_over() -> None:
    tea, cup = line("TEA", 2), line("CUP", 1)
    found = order(tea, cup)
    paid, after = pay(found, level("TEA", 5, 1), level("CUP", 1))
    assert paid.levels == {key("TEA"): level("TEA", 3, 1), key("CUP"): level("CUP", 0)}
    assert paid.stock_moved == [
        StockMoved(key("TEA"), OUTBOUND, -2, 0, 3, 1),
        StockMoved(key("CUP"), OUTBOUND, -1, 0, 0, 0),
    ]
    assert after == replace(
        found,
        status=Status.PAID,
        payment_status=PaymentStatus.PAID,
        paid_minor=2100,
        paid_at=NOW,
        business_day=NOW.date(),
        lines=(replace(tea, shipped=2), replace(cup, shipped=1)),
        payments=after.payments,
    )
    assert money_of(after) == ((Method.CASH, 2100),)
    assert paid.takes_number
    assert told(paid, "change_minor", "skipped", "backordered") == (0, [], [])


def test_two_lines_of_one_sku_touch_the_level_once() -> None:
    paid, _ = pay(order(line("TEA", 2), line("TEA", 3, price=400)), level("TEA", 5))
    assert paid.stock_moved == [StockMoved(key("TEA"), OUTBOUND, -5, 0, 0, 0)]


def test_two_lines_of_one_sku_are_short_together() -> None:
    shelves = level("TEA", 3), level("TEA", 1, location=DEPOT)
    asked = ("TEA", 5, 4, 4)
    assert refused(order(line("TEA", 2), line("TEA", 3)), *shelves) == (Code.STOCK_INSUFFICIENT, [asked])


def test_a_refusal_names_every_sku_that_is_short_and_no_other() -> None:
    found = order(line("TEA", 2), line("CUP", 4), line("POSTAGE", 1))
    short = build.refuse(found, Kind.PAY, world(level("TEA", 9, 8)), tenders=[cash(found.total_minor)])
    assert short.code is Code.STOCK_INSUFFICIENT
    assert short.detail == "Not enough stock. TEA: 2 asked for, 1 available, CUP: 4 asked for, 0 available."
    assert build.shortages(short) == [
        ("TEA", 2, 1, 9),
        ("CUP", 4, 0, 0),
    ]


def test_a_line_is_split_over_locations_only_if_none_has_it_all() -> None:
    paid, _ = pay(order(line("TEA", 4)), level("TEA", 3), level("TEA", 2, location=DEPOT))
    assert paid.levels == {key("TEA"): level("TEA", 0), key("TEA", DEPOT): level("TEA", 1, location=DEPOT)}


def test_what_was_held_is_handed_over_from_where_it_is_held() -> None:
    tea = line("TEA", 4)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1), hold(tea, 3, DEPOT)))
    paid, after = pay(found, level("TEA", 9, 2), level("TEA", 3, 3, DEPOT))
    assert paid.stock_moved == [
        StockMoved(key("TEA"), OUTBOUND, -1, -1, 8, 1),
        StockMoved(key("TEA", DEPOT), OUTBOUND, -3, -3, 0, 0),
    ]
    assert after.holds == ()


def test_what_was_not_held_is_taken_from_what_is_available() -> None:
    tea, cup = line("TEA", 4), line("CUP", 1)
    found = order(tea, cup, status=Status.PROCESSING, holds=(hold(tea, 3, DEPOT),))
    paid, after = pay(found, level("TEA", 2, 1), level("TEA", 3, 3, DEPOT), level("CUP", 1))
    assert paid.stock_moved == [
        StockMoved(key("TEA", DEPOT), OUTBOUND, -3, -3, 0, 0),
        StockMoved(key("TEA"), OUTBOUND, -1, 0, 1, 1),
        StockMoved(key("CUP"), OUTBOUND, -1, 0, 0, 0),
    ]
    assert after.holds == ()


def test_holds_of_others_are_left_alone() -> None:
    tea = line("TEA", 2)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1),))
    asked = ("TEA", 2, 0, 4)
    assert refused(found, level("TEA", 4, 4)) == (Code.STOCK_INSUFFICIENT, [asked])


def test_a_shipment_is_held_and_stays_on_hand() -> None:
    tea, cup = line("TEA", 3), line("CUP", 1)
    found = shipment(tea, cup)
    paid, after = pay(found, level("TEA", 2), level("TEA", 2, location=DEPOT), level("CUP", 1))
    assert paid.stock_moved == [
        StockMoved(key("TEA"), RESERVE, 0, 2, 2, 2),
        StockMoved(key("TEA", DEPOT), RESERVE, 0, 1, 2, 1),
        StockMoved(key("CUP"), RESERVE, 0, 1, 1, 1),
    ]
    assert [(held.key, held.line_id, held.quantity, held.expires_at) for held in after.holds] == [
        (key("TEA"), tea.id, 2, None),
        (key("TEA", DEPOT), tea.id, 1, None),
        (key("CUP"), cup.id, 1, None),
    ]
    assert len({held.id for held in after.holds}) == 3
    assert (after.status, after.lines, after.paid_minor) == (Status.PROCESSING, (tea, cup), 2550)


def test_a_shipment_is_held_all_or_nothing() -> None:
    asked = ("CUP", 2, 1, 1)
    short = refused(shipment(line("TEA", 3), line("CUP", 2)), level("TEA", 3), level("CUP", 1))
    assert short == (Code.STOCK_INSUFFICIENT, [asked])


def test_the_holds_of_a_paid_shipment_no_longer_lapse() -> None:
    tea = line("TEA", 3)
    held = hold(tea, 3, expires_at=NOW + timedelta(minutes=5))
    paid, after = pay(shipment(tea, status=Status.PROCESSING, holds=(held,)), level("TEA", 3, 3))
    assert (paid.levels, paid.stock_moved) == ({}, [])
    assert after.holds == (replace(held, expires_at=None),)


@pytest.mark.parametrize(("shipped", "status"), [(1, Status.PARTIALLY_SHIPPED), (2, Status.SHIPPED)])
def test_an_order_on_account_is_paid_where_it_is(shipped: int, status: Status) -> None:
    cup = line("CUP", 2, shipped=shipped)
    holds = (hold(cup, 1),) if shipped == 1 else ()
    paid, after = pay(shipment(cup, status=status, holds=holds), level("CUP", 5, 1))
    assert (after.status, after.holds, after.lines) == (status, holds, (cup,))
    assert (paid.stock_moved, paid.takes_number) == ([], True)


def test_what_came_back_before_it_was_paid_is_not_due() -> None:
    found = shipment(line("CUP", 3, shipped=3, returned=1), status=Status.DELIVERED)
    _, after = apply(found, Kind.PAY, world(), tenders=[cash(2400)], expected_total_minor=3600)
    assert (after.total_minor, after.paid_minor, money_of(after)) == (3600, 2400, ((Method.CASH, 2400),))


@pytest.mark.parametrize("sale", [order, shipment])
def test_products_that_are_not_counted_are_skipped_and_said_so(sale: Any) -> None:
    found = sale(line("POSTAGE", 1), line("TEA", 1), line("GIFT-CARD", 1), line("POSTAGE", 2))
    paid, _ = pay(found, level("TEA", 1))
    assert list(paid.levels) == [key("TEA")]
    assert result(paid)["skipped"] == ["POSTAGE", "GIFT-CARD"]


@pytest.mark.parametrize("sale", [order, shipment])
def test_a_counted_product_without_a_level_is_short(sale: Any) -> None:
    asked = ("CUP", 1, 0, 0)
    found = sale(line("TEA", 1), line("CUP", 1))
    assert refused(found, level("TEA", 1)) == (Code.STOCK_INSUFFICIENT, [asked])


@pytest.mark.parametrize("sale", [order, shipment])
def test_a_counted_product_without_a_level_is_skipped_where_the_till_says_so(sale: Any) -> None:
    paid, _ = pay(sale(line("TEA", 1), line("CUP", 1)), level("TEA", 1), skip_missing=True)
    assert list(paid.levels) == [key("TEA")]
    assert result(paid)["skipped"] == ["CUP"]


@pytest.mark.parametrize("sale", [order, shipment])
def test_an_empty_level_is_not_a_missing_one(sale: Any) -> None:
    asked = ("CUP", 1, 0, 0)
    found = sale(line("CUP", 1))
    assert refused(found, level("CUP", 0), skip_missing=True) == (Code.STOCK_INSUFFICIENT, [asked])


@pytest.mark.parametrize("price", [0, 400])
def test_a_tender_of_nothing_is_posted_nowhere(price: int) -> None:
    found, shelf = order(line("TEA", 1, price=price)), world(level("TEA", 1))
    paid, _ = apply(found, Kind.PAY, shelf, tenders=[cash(0), build.card(price)] if price else [cash(0)])
    assert [dict(posting[:2] for posting in entry.postings) for entry in paid.entries] == (
        [{"card": 400, "revenue": -400}] if price else []
    )


@pytest.mark.parametrize(
    ("sold_at", "day"),
    [
        pytest.param(None, date(2026, 11, 20), id="when it is paid"),
        pytest.param(NOW - timedelta(days=3), date(2026, 11, 17), id="when an offline till sold it"),
    ],
)
def test_a_sale_and_its_entry_belong_to_the_day_it_was_sold_on(sold_at: datetime | None, day: date) -> None:
    bar = Calendar(starts_at=time(23, 59))
    found = replace(order(line("TEA", 1)), sold_at=sold_at)
    paid, after = apply(found, Kind.PAY, replace(world(level("TEA", 1)), calendar=bar), tenders=[cash(found.due_minor)])
    assert after.business_day == day
    assert paid.day == day
