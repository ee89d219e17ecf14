"""Whatever an order comes to and however it is paid in coins and otherwise, its parts bring back just what it took."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orders.commands.core.amounts import in_coins
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Order
from orders.commands.core.tenders import Method
from tests.unit.build import apply, card, cash, line, order, result, world

coins = st.sampled_from([1, 2, 5, 10, 50, 100])


def shipped(total: int, quantity: int) -> Order:
    """On account, so that parts are paid before all of it is."""
    goods = line("POSTAGE", quantity, total_minor=total, shipped=quantity)
    return order(
        goods,
        status=Status.DELIVERED,
        fulfilment=Fulfilment.SHIPMENT,
        payment_terms=PaymentTerms.ON_ACCOUNT,
    )


def part(found: Order, coin: int, tender: dict[str, Any]) -> Order:
    if not 0 < tender["amount_minor"] < found.due_minor:
        return found
    return apply(found, Kind.PAY, world(coin_minor=coin), tenders=[tender], partial=True)[1]


def rest(found: Order, coin: int, by_card: int) -> Order:
    """The last part: so much of it by card, and the rest in cash."""
    by_card = min(by_card, found.due_minor)
    tenders = [card(by_card)] * bool(by_card) + [cash(in_coins(found.due_minor - by_card, coin))]
    paid, after = apply(found, Kind.PAY, world(coin_minor=coin), tenders=tenders)
    assert (after.due_minor, result(paid)["change_minor"]) == (0, 0)
    assert 2 * abs(result(paid)["rounding_minor"]) <= coin
    return after


def back(found: Order, coin: int, quantity: int) -> Order:
    rows = [{"line_id": None, "sku": "POSTAGE", "quantity": quantity, "condition": "sellable"}]
    change, after = apply(found, Kind.RETURN, world(coin_minor=coin), lines=rows)
    told = result(change)
    assert after.refunded_minor - found.refunded_minor == told["refunded_minor"] >= 0
    assert after.rounding_minor - found.rounding_minor == told["rounding_minor"]
    assert told["refunded_minor"] == sum(one["amount_minor"] for one in told["refunds"])
    assert all(one["amount_minor"] > 0 for one in told["refunds"])
    assert after.overpaid_minor == 0
    return after


parts = st.lists(st.tuples(st.booleans(), st.integers(1, 900)), max_size=3)


@given(total=st.integers(0, 3000), quantity=st.integers(1, 7), coin=coins, taken=parts, by_card=st.integers(0, 3000))
def test_all_units_bring_back_in_coins_what_was_taken(
    total: int, quantity: int, coin: int, taken: list[tuple[bool, int]], by_card: int
) -> None:
    after = shipped(total, quantity)
    for in_cash, amount in taken:
        after = part(after, coin, cash(in_coins(amount, coin)) if in_cash else card(amount))
    after = rest(after, coin, by_card)
    assert (after.paid_minor - after.rounding_minor, after.cash_taken_minor % coin) == (total, 0)
    for _ in range(quantity):
        after = back(after, coin, 1)
        assert after.kept_minor == after.worth_minor + after.rounding_minor
        assert after.cash_given_back_minor % coin == 0
    assert (after.kept_minor, after.rounding_minor, after.cash_instead_minor) == (0, 0, 0)
    assert after.payment_status is (PaymentStatus.REFUNDED if after.paid_minor else PaymentStatus.PAID)


@given(
    total=st.integers(0, 3000),
    quantity=st.integers(1, 7),
    by_card=st.integers(0, 3000),
    coin=coins,
    later=st.lists(coins, min_size=7, max_size=7),
)
def test_they_do_so_whatever_the_smallest_coin_is_by_then(
    total: int, quantity: int, by_card: int, coin: int, later: list[int]
) -> None:
    after = rest(shipped(total, quantity), coin, by_card)
    for one in later[:quantity]:
        after = back(after, one, 1)
    assert (after.worth_minor, after.kept_minor, after.rounding_minor, after.cash_instead_minor) == (0, 0, 0, 0)


@given(total=st.integers(1, 3000), quantity=st.integers(1, 7), coin=coins, units=st.integers(1, 7))
def test_what_a_card_took_goes_back_in_coins_if_that_is_asked(total: int, quantity: int, coin: int, units: int) -> None:
    found = apply(shipped(total, quantity), Kind.PAY, world(coin_minor=coin), tenders=[card(total)])[1]
    units = min(units, quantity)
    exact = back(found, 1, units).refunded_minor
    rows = [{"line_id": None, "sku": "POSTAGE", "quantity": units, "condition": "sellable"}]
    asked = [
        {"method": Method.CASH, "amount_minor": in_coins(exact, coin), "payment_id": None, "reference": None},
    ]
    change, after = apply(found, Kind.RETURN, world(coin_minor=coin), lines=rows, refund_to=asked)
    assert result(change)["rounding_minor"] == exact - in_coins(exact, coin)
    assert (after.overpaid_minor, after.due_minor) == (0, 0)
