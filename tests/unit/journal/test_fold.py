"""A batch: each command sees what the ones before it left, and a rejected one leaves nothing."""

from dataclasses import replace
from typing import Any

import pytest

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Applied
from tests.unit.build import (
    DEPOT,
    applied,
    batch,
    card,
    cash,
    codes,
    command,
    fold,
    key,
    level,
    line,
    order,
    shipment,
)

BACK = {"line_id": None, "quantity": 1, "condition": "sellable"}


def pay(found: Order, *tenders: dict[str, Any]) -> Command:
    return command(Kind.PAY, found, tenders=list(tenders) or [cash(found.total_minor)])


def receive(sku: str, quantity: int, location: str | None = None) -> Command:
    return command(Kind.RECEIVE, items=[{"sku": sku, "quantity": quantity, "location": location}])


def test_the_last_unit_goes_to_the_first_in_the_journal() -> None:
    first, second = order(line("TEA", 1)), order(line("TEA", 1))
    decided = fold(batch([first, second], [level("TEA", 1)], pay(second), pay(first)))
    assert codes(decided) == [Code.APPLIED, Code.STOCK_INSUFFICIENT]
    assert [one.before for one in decided] == [second, first]


def test_commands_of_one_order_follow_each_other() -> None:
    found = order(line("TEA", 2))
    steps = [command(Kind.RESERVE, found), command(Kind.RESERVE, found), pay(found), pay(found)]
    decided = fold(batch([found], [level("TEA", 2)], *steps, command(Kind.CANCEL, found), command(Kind.CANCEL, found)))
    assert codes(decided) == [
        Code.APPLIED,
        Code.ORDER_NOT_DRAFT,
        Code.APPLIED,
        Code.ORDER_ALREADY_PAID,
        Code.APPLIED,
        Code.ORDER_CANCELLED,
    ]
    assert [one.before and one.before.status for one in decided] == [
        Status.DRAFT,
        Status.PROCESSING,
        Status.PROCESSING,
        Status.PAID,
        Status.PAID,
        Status.CANCELLED,
    ]


def test_a_rejected_command_leaves_nothing_to_its_neighbours() -> None:
    greedy, modest = order(line("TEA", 2), line("CUP", 9)), order(line("TEA", 3))
    decided = fold(batch([greedy, modest], [level("TEA", 3), level("CUP", 1)], pay(greedy), pay(modest)))
    assert codes(decided) == [Code.STOCK_INSUFFICIENT, Code.APPLIED]
    assert applied(decided[1].outcome).levels == {key("TEA"): level("TEA", 0)}


def test_goods_that_arrive_are_there_for_the_next() -> None:
    found = order(line("CUP", 2))
    decided = fold(batch([found], [], pay(found), receive("CUP", 2), pay(found)))
    assert codes(decided) == [Code.STOCK_INSUFFICIENT, Code.APPLIED, Code.APPLIED]


def test_levels_are_picked_by_priority_however_they_were_loaded_or_made() -> None:
    first, second = order(line("TEA", 1)), order(line("TEA", 1))
    loaded = [level("TEA", 5, location=DEPOT)]
    decided = fold(batch([first, second], loaded, pay(first), receive("TEA", 3, "shop"), pay(second)))
    assert list(applied(decided[0].outcome).levels) == [key("TEA", DEPOT)]
    assert applied(decided[2].outcome).levels == {key("TEA"): level("TEA", 2)}


def test_of_two_locations_with_one_priority_the_older_is_picked_from() -> None:
    found = order(line("TEA", 1))
    loaded = batch([found], [level("TEA", 1, location=DEPOT), level("TEA", 1)], pay(found))
    same = {store: [replace(one, priority=5) for one in of_store] for store, of_store in loaded.locations.items()}
    (decided,) = fold(replace(loaded, locations=same))
    assert list(applied(decided.outcome).levels) == [key("TEA")]


def test_the_returned_money_is_what_the_payment_before_it_took() -> None:
    found = order(line("TEA", 2))
    back = command(Kind.RETURN, found, lines=[{**BACK, "sku": "TEA"}])
    decided = fold(batch([found], [level("TEA", 2)], pay(found, card(300), cash(600)), back))
    refunds = [(moved.method, moved.amount_minor) for moved in applied(decided[1].outcome).money_moved]
    assert refunds == [("card", 300), ("cash", 150)]


@pytest.mark.parametrize(
    ("numbers", "outcomes"),
    [
        pytest.param(None, [Code.APPLIED] * 3, id="a shop that sells on without"),
        pytest.param(3, [Code.APPLIED] * 3, id="enough"),
        pytest.param(2, [Code.APPLIED, Code.APPLIED, Code.INVOICE_POOL_EMPTY], id="the last sale goes without"),
        pytest.param(0, [Code.INVOICE_POOL_EMPTY] * 3, id="none"),
    ],
)
def test_a_shop_that_insists_on_numbers_sells_no_more_than_it_has(numbers: int | None, outcomes: list[Code]) -> None:
    sales = [order(line("TEA", 1)) for _ in range(3)]
    assert codes(fold(batch(sales, [level("TEA", 3)], *map(pay, sales)), numbers)) == outcomes


def test_a_sale_without_a_number_leaves_its_goods_to_others() -> None:
    sale, reserved = order(line("TEA", 2)), order(line("TEA", 2))
    decided = fold(batch([sale, reserved], [level("TEA", 2)], pay(sale), command(Kind.RESERVE, reserved)), numbers=0)
    assert codes(decided) == [Code.INVOICE_POOL_EMPTY, Code.APPLIED]
    assert decided[0].before == sale


def test_only_sales_that_succeed_take_a_number() -> None:
    poor, rich, held = order(line("TEA", 1)), order(line("TEA", 1)), shipment(line("CUP", 1))
    commands = [pay(poor, cash(1)), command(Kind.RESERVE, held), pay(rich), pay(rich), pay(poor)]
    decided = fold(batch([poor, rich, held], [level("TEA", 2), level("CUP", 1)], *commands), numbers=1)
    assert codes(decided) == [
        Code.PAYMENT_DOES_NOT_MATCH_TOTAL,
        Code.APPLIED,
        Code.APPLIED,
        Code.ORDER_ALREADY_PAID,
        Code.INVOICE_POOL_EMPTY,
    ]
    assert [isinstance(one.outcome, Applied) and one.outcome.takes_number for one in decided] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_missing_stock_is_said_before_a_missing_number() -> None:
    found = order(line("TEA", 1))
    assert codes(fold(batch([found], [], pay(found)), numbers=0)) == [Code.STOCK_INSUFFICIENT]


def test_a_store_without_a_location_sells_what_is_not_counted() -> None:
    postage, tea = order(line("POSTAGE", 1)), order(line("TEA", 1))
    back = command(Kind.RETURN, postage, lines=[{**BACK, "sku": "POSTAGE"}])
    loaded = batch([postage, tea], [], pay(postage), pay(tea), back)
    decided = fold(replace(loaded, locations={}))
    assert codes(decided) == [Code.APPLIED, Code.STOCK_INSUFFICIENT, Code.APPLIED]
