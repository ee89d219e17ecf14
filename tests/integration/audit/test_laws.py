"""The audit names what is wrong with orders, commands, holds and money, and nothing else, whatever made it so."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, open_shop

BLOCKED = "a blocked command waits for an unsettled one of its order"
TWICE = "a command moved stock in one go"
AS_TOLD = "a stock command left each level as its result says"
OF_A_LINE = "a hold of an order is for a line that awaits it"
ON_A_LEVEL = "a hold is on a level that is there"
HELD = "what an order holds is not more than remains"
LAPSED = "a hold ends when it lapses"
WAIT_LAPSED = "a wait for stock ends when it lapses"
AS_A_WHOLE = "an unpaid order lapses as a whole, what it waits for with what it holds"
BY_METHOD = "each method is booked as it was paid, by every command"
GIVEN_BACK = "a refund gives back what a payment of its order took, and no more"
FITS = "what was handed over and came back fits the status"
REMAINS = "what remains of a line is held or backordered"
WRITTEN = "what was written of an order is of a command of its own that succeeded"
SETTLED = "a command is settled with its outcome"
ARCHIVED = "an archived order has nothing to do"
IN_PLACE = "a movement is where its level is"
TOTAL = "what an order comes to is the sum of its lines"
MONEY = "paid and refunded are the sums of the payments"
HISTORY = "history goes on from where it was and ends in the status"
NUMBERED = "a paid order has one number or waits for one"
ONCE = "a command took effect once if it succeeded, and never otherwise"
MOVES = "a level moves for an order as its lines do"
THE_SAME = "the payments of an order and its entries tell the same"
WITH_A_REASON = "an entry is posted, or waits with a reason"
A_DRAFT = "an order without history is a draft"


@dataclass(frozen=True, slots=True)
class Day:
    """What the shop did: a sale, one that was returned, an order that is held, one that waits for goods, a draft,
    a delivery; and two commands that nobody has run."""

    sold: UUID
    returned: UUID
    held: UUID
    waiting: UUID
    draft: UUID
    received: UUID
    waits: UUID
    undone: UUID


@pytest.fixture(scope="module")
def day(module_database: str) -> Day:
    shop = open_shop()
    (sold, _), (returned, _) = shop.sale(("TEA-80", 1)), shop.sale(("MUG-RED", 2))
    held = shop.order(("TEA-80", 2), fulfilment="shipment")
    waiting = shop.order(("SCARF-BLUE", 12), fulfilment="shipment")
    shop.submit(Kind.RESERVE, held)
    shop.submit(Kind.RESERVE, waiting, shortage="backorder")
    received = shop.receive("TEA-80", 5)
    execute([sold, returned, held, waiting, shop.store_id])
    shop.submit(Kind.RETURN, returned, lines=[{"sku": "MUG-RED", "quantity": 1, "condition": "sellable"}])
    execute([returned])
    draft = shop.order(("TEA-80", 1))
    waits, undone = shop.submit(Kind.RESERVE, draft), shop.submit(Kind.CANCEL, sold)
    assert audit() == []
    return Day(sold, returned, held, waiting, draft, received, waits, undone)


def test_a_command_that_something_settled_blocks(day: Day) -> None:
    waits = day.waits
    settled = f"(SELECT id FROM orders_command WHERE order_id = '{day.sold}' AND kind = 'pay')"
    assert broken_by(f"UPDATE orders_command SET blocked_by_id = {settled} WHERE id = '{waits}'") == {BLOCKED}


def test_a_command_that_nothing_blocks(day: Day) -> None:
    waits, nobody = day.waits, "gen_random_uuid()"
    assert broken_by(f"UPDATE orders_command SET blocked_by_id = {nobody} WHERE id = '{waits}'") == {BLOCKED}


AGAIN = """
    INSERT INTO inventory_stockmovement (store_id, level_id, location_id, kind, quantity_change, reserved_change,
        quantity_after, reserved_after, reference, reason, command_id, created_by, created_at)
    SELECT movement.store_id, level_id, movement.location_id, kind, quantity_change, 0, level.on_hand + quantity_change,
        level.reserved, movement.reference, reason, command_id, created_by, {at}
    FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = level_id
    WHERE command_id = '{command}'
"""
COUNTED = "UPDATE inventory_stocklevel SET on_hand = on_hand + 5 WHERE id IN (SELECT level_id FROM \
inventory_stockmovement WHERE command_id = '{command}')"


@pytest.mark.parametrize(
    ("at", "laws"),
    [
        pytest.param("movement.created_at", {AS_TOLD}, id="in one batch"),
        pytest.param("now() + interval '1 s'", {AS_TOLD, TWICE}, id="later"),
    ],
)
def test_a_stock_command_that_took_effect_twice(day: Day, at: str, laws: set[str]) -> None:
    again, counted = AGAIN.format(command=day.received, at=at), COUNTED.format(command=day.received)
    assert broken_by(again, counted) == laws


def test_a_hold_of_a_line_that_is_not_there(day: Day) -> None:
    of_another = f"(SELECT id FROM orders_orderline WHERE order_id = '{day.draft}')"
    held = f"UPDATE inventory_hold SET order_line_id = {of_another} WHERE order_id = '{day.held}'"
    assert broken_by(held) == {OF_A_LINE, REMAINS, HELD}


def test_a_hold_of_an_order_that_is_over(day: Day) -> None:
    line = f"(SELECT id FROM orders_orderline WHERE order_id = '{day.draft}')"
    moved = f"UPDATE inventory_hold SET order_id = '{day.draft}', order_line_id = {line} WHERE order_id = '{day.held}'"
    assert broken_by(moved) == {OF_A_LINE, REMAINS, HELD}


def test_a_hold_of_another_product(day: Day) -> None:
    line = f"(SELECT id FROM orders_orderline WHERE order_id = '{day.held}')"
    other = "(SELECT id FROM inventory_product WHERE sku = 'MUG-RED')"
    assert {OF_A_LINE} == broken_by(f"UPDATE orders_orderline SET product_id = {other} WHERE id = {line}")


def test_a_hold_without_a_level(day: Day) -> None:
    assert {ON_A_LEVEL, MOVES} == broken_by(
        "DELETE FROM inventory_stocklevel WHERE product_id IN (SELECT id FROM inventory_product WHERE sku = 'TEA-80')"
    )


@pytest.mark.parametrize(("minutes", "laws"), [(5, set()), (15, {LAPSED})])
def test_a_hold_that_nobody_ends(day: Day, minutes: int, laws: set[str]) -> None:
    lapsed = f"now() - interval '{minutes} min'"
    assert broken_by(f"UPDATE inventory_hold SET expires_at = {lapsed} WHERE order_id = '{day.held}'") == laws


@pytest.mark.parametrize(("minutes", "laws"), [(5, set()), (15, {LAPSED, WAIT_LAPSED})])
def test_a_wait_for_stock_that_nobody_ends(day: Day, minutes: int, laws: set[str]) -> None:
    lapsed = f"now() - interval '{minutes} min'"
    held = f"UPDATE inventory_hold SET expires_at = {lapsed} WHERE order_id = '{day.waiting}'"
    assert broken_by(held, f"UPDATE orders_order SET awaits_until = {lapsed} WHERE id = '{day.waiting}'") == laws


def test_a_wait_for_stock_that_ends_when_the_hold_does_not(day: Day) -> None:
    later = f"UPDATE orders_order SET awaits_until = now() + interval '1 h' WHERE id = '{day.waiting}'"
    assert broken_by(later) == {AS_A_WHOLE}


def test_a_sale_that_is_booked_to_another_method(day: Day) -> None:
    cash = f'[["cash", {PRICE_MINOR}], ["revenue", -{PRICE_MINOR}]]'
    booked = f"UPDATE orders_journalentry SET postings = '{cash}' WHERE order_id = '{day.sold}'"
    assert broken_by(booked) == {BY_METHOD}


@pytest.mark.parametrize("reverses", ["gen_random_uuid()", "id"], ids=["nothing", "itself"])
def test_a_refund_of_what_was_not_taken(day: Day, reverses: str) -> None:
    refund = f"WHERE order_id = '{day.returned}' AND kind = 'refund'"
    assert broken_by(f"UPDATE orders_payment SET reverses_id = {reverses} {refund}") == {GIVEN_BACK}


def test_a_refund_of_another_orders_payment(day: Day) -> None:
    other = f"(SELECT id FROM orders_payment WHERE order_id = '{day.sold}')"
    refund = f"WHERE order_id = '{day.returned}' AND kind = 'refund'"
    assert broken_by(f"UPDATE orders_payment SET reverses_id = {other} {refund}") == {GIVEN_BACK}


def test_a_refund_of_more_than_was_taken(day: Day) -> None:
    laws = broken_by(
        f"UPDATE orders_payment SET amount_minor = 501, tendered_minor = 501 WHERE kind = 'refund' AND order_id = "
        f"'{day.returned}'"
    )
    assert laws == {GIVEN_BACK, MONEY, THE_SAME, BY_METHOD}


@pytest.mark.parametrize(
    ("changed", "laws"),
    [
        pytest.param("total_minor = total_minor + 1", {TOTAL}, id="total"),
        pytest.param("status = 'cancelled'", {HISTORY}, id="status"),
        pytest.param("invoice_pending = true", {NUMBERED, WITH_A_REASON}, id="number"),
    ],
)
def test_an_order_that_says_something_else(day: Day, changed: str, laws: set[str]) -> None:
    assert laws == broken_by(f"UPDATE orders_order SET {changed} WHERE id = '{day.sold}'")


def test_a_number_of_an_unpaid_order(day: Day) -> None:
    taken = f"state = 'assigned', assigned_at = now(), order_id = '{day.draft}'"
    one = "(SELECT min(id) FROM orders_invoicenumber WHERE state = 'free')"
    assert broken_by(f"UPDATE orders_invoicenumber SET {taken} WHERE id = {one}") == {NUMBERED}


def test_goods_that_were_handed_over_too_early(day: Day) -> None:
    laws = broken_by(f"UPDATE orders_orderline SET shipped_quantity = 1 WHERE order_id = '{day.draft}'")
    assert laws == {FITS, MOVES}


def test_goods_that_are_awaited_by_nothing(day: Day) -> None:
    less = f"UPDATE orders_orderline SET backordered_quantity = 1 WHERE order_id = '{day.waiting}'"
    assert broken_by(less) == {REMAINS}


def test_a_payment_of_a_command_that_is_not_there(day: Day) -> None:
    laws = broken_by(f"UPDATE orders_payment SET command_id = gen_random_uuid() WHERE order_id = '{day.sold}'")
    assert laws == {WRITTEN, BY_METHOD}


def test_what_a_command_wrote_that_never_settled(day: Day) -> None:
    written = [
        f"UPDATE {table} SET command_id = '{day.undone}' WHERE order_id = '{day.sold}'"
        for table in ("orders_payment", "orders_journalentry")
    ]
    assert broken_by(*written) == {WRITTEN}


def test_a_command_that_was_settled_with_nothing(day: Day) -> None:
    laws = broken_by(
        "ALTER TABLE orders_command DROP CONSTRAINT command_settled_iff_outcome",
        f"UPDATE orders_command SET outcome_code = NULL WHERE id = '{day.received}'",
    )
    assert laws == {SETTLED}


def test_an_archived_order_with_something_to_do(day: Day) -> None:
    """What came before it was archived: whoever sends it something later is refused as soon as that is looked at."""
    archived = "UPDATE orders_order SET archived_at = now() + interval '{}' WHERE id = '{}'"
    assert broken_by(archived.format("5 minutes", day.draft)) == {ARCHIVED}
    assert broken_by(archived.format("0", day.draft)) == set()


def test_a_movement_elsewhere(day: Day) -> None:
    other = "(SELECT id FROM inventory_location WHERE code = 'stockroom')"
    moved = f"UPDATE inventory_stockmovement SET location_id = {other} WHERE command_id = '{day.received}'"
    assert broken_by(moved) == {IN_PLACE}


def test_a_command_that_took_effect_without_a_trace(day: Day) -> None:
    assert {ONCE, A_DRAFT} == broken_by(f"DELETE FROM orders_statuschange WHERE order_id = '{day.sold}'")
