"""The audit names what is wrong with drawers and closings, and nothing else."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Closing, Command
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop, open_shop

CHAINED = "a closing follows the one before it, and bears its own hash"
OWN = "a closing counts what its own terminal sold before it"
COUNTED = "a closing tells the sums of what it counts"
BOOKED = "a closing is booked as it tells"
GOES_ON = "a drawer goes on from its last closing"
WAITS = "what a terminal has sold is in a closing, or waits for the next"
UNSENT = "an entry is posted, or waits with a reason"


@dataclass(frozen=True, slots=True)
class Week:
    """Two closings, the second with a sale, a return, a movement and a difference; a drawer that is open with a
    movement; a sale that is in no closing yet."""

    first: Closing
    second: Closing
    sold: UUID
    unclosed: UUID


def _send(shop: Shop, kind: Kind, **payload: Any) -> UUID:
    return shop.submit(kind, drawer_id=shop.caller.terminal_id, **payload)


@pytest.fixture(scope="module")
def week(module_database: str) -> Week:
    shop = open_shop()
    counted = [{"method": "cash", "amount_minor": 0}]
    _send(shop, Kind.DRAWER_OPEN, float_minor=100)
    _send(shop, Kind.DRAWER_CLOSE, counted=[{"method": "cash", "amount_minor": 100}])
    _send(shop, Kind.DRAWER_OPEN, float_minor=50)
    order_id, sold = shop.sale(("TEA-80", 3))
    execute([order_id])
    shop.submit(Kind.RETURN, order_id, lines=[{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}])
    execute([order_id])
    _send(shop, Kind.DRAWER_MOVEMENT, amount_minor=-20, reason="bank")
    _send(shop, Kind.DRAWER_CLOSE, counted=counted)
    _send(shop, Kind.DRAWER_OPEN, float_minor=0)
    _send(shop, Kind.DRAWER_MOVEMENT, amount_minor=5, reason="found")
    assert run_drawer(shop.caller.terminal_id) == []
    order_id, unclosed = shop.sale(("MUG-RED", 1))
    execute([order_id])
    assert audit() == []
    first, second = Closing.objects.order_by("number")
    return Week(first, second, sold, unclosed)


def test_a_closing_that_was_changed(week: Week) -> None:
    changed = """UPDATE orders_closing SET figures = jsonb_set(figures, '{currency}', '"EUR"') WHERE number = 1"""
    assert broken_by(changed) == {CHAINED}


def test_a_movement_that_says_something_else_than_its_closing_was_made_of(week: Week) -> None:
    assert broken_by("UPDATE orders_drawermovement SET reason = 'other' WHERE closing_id IS NOT NULL") == {CHAINED}


def test_a_closing_whose_hash_was_made_anew(week: Week) -> None:
    anew = "UPDATE orders_closing SET {} WHERE number = 1"
    figures = """figures = jsonb_set(figures, '{currency}', '"EUR"')"""
    own = "ringup_closing_hash(figures)"
    hashed = f"hash = {own}, figures = figures || jsonb_build_object('hash', {own})"
    assert broken_by(anew.format(figures), anew.format(hashed)) == {CHAINED}, "the next one names another"


def test_a_closing_that_counts_what_came_after_it(week: Week) -> None:
    later = f"UPDATE orders_command SET seq = 1000000 + seq WHERE id = '{week.sold}'"
    assert broken_by(later) == {OWN}


def test_a_closing_that_counts_what_nobody_paid_for(week: Week) -> None:
    empty = f"UPDATE orders_drawermovement SET closing_id = '{week.second.id}' WHERE closing_id IS NULL"
    assert broken_by(empty) == {COUNTED}


def test_a_closing_that_is_booked_otherwise(week: Week) -> None:
    postings = """'[["cash", -10], ["cash_transfer", 10]]'::jsonb"""
    assert broken_by(f"UPDATE orders_journalentry SET postings = {postings} WHERE kind = 'closing'") == {BOOKED}


def test_an_entry_of_a_closing_that_is_not_sent(week: Week) -> None:
    unsent = "UPDATE orders_journalentry SET next_attempt_at = NULL WHERE kind = 'closing'"
    assert broken_by(unsent) == {UNSENT}


def test_a_drawer_that_has_forgotten_its_closings(week: Week) -> None:
    assert broken_by("UPDATE orders_drawer SET last_number = 1") == {GOES_ON}
    assert broken_by("UPDATE orders_drawer SET opened_seq = NULL, opened_at = NULL") == {GOES_ON}


def test_a_sale_that_a_closing_has_missed(week: Week) -> None:
    """As if it had been settled before the closing."""
    closed = Command.objects.get(id=week.second.command_id)
    missed = f"UPDATE orders_command SET seq = {closed.seq} - 1, settled_at = accepted_at - interval '1 hour'"
    assert broken_by(f"{missed} WHERE id = '{week.unclosed}'") == {WAITS}
