"""Drawers and closings: each list by its index; a drawer's turn reads what it counts, not what was counted before."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from benchmarks.grown.rows import DRAWERLESS, SHIFT
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.drawers.db import reads
from orders.drawers.db.save import look_before_opening
from tests.support.grown.orders import ORDERS
from tests.support.grown.plans import held
from tests.support.shop.shop import Shop
from workers.drawers import take_turn

pytestmark = pytest.mark.usefixtures("grown_database")

LIMIT = 51
NOW = timezone.now()
TILL = Caller(terminal_id=1, store_id=1, name="till 0", role=Role.BACKOFFICE, currency="GBP")
A_SHIFTS_BLOCKS = 40 * SHIFT
FILTERS: dict[str, Any] = {
    "terminal_id": TILL.terminal_id,
    "since": NOW - timedelta(days=300),
    "before_at": NOW - timedelta(days=200),
}


@pytest.mark.parametrize(
    "filters",
    [dict(some) for size in range(4) for some in combinations(FILTERS.items(), size)],
    ids="+".join,
)
def test_closings(filters: dict[str, Any]) -> None:
    given = {**filters, **({"before_id": UUID(int=0)} if "before_at" in filters else {})}
    assert len(held(partial(reads.closings_page, 1, limit=LIMIT, **given))) == LIMIT


@pytest.mark.parametrize("terminal_id", [None, TILL.terminal_id, DRAWERLESS])
def test_closings_that_are_not_there(terminal_id: int | None) -> None:
    """Nothing is read through in vain."""
    assert held(partial(reads.closings_page, 1, terminal_id=terminal_id, since=NOW, limit=LIMIT), blocks_max=50) == []
    first: dict[str, Any] = {"before_at": NOW - timedelta(days=9_999), "before_id": UUID(int=0)}
    assert held(partial(reads.closings_page, 1, terminal_id=terminal_id, **first, limit=LIMIT), blocks_max=50) == []


def test_one_closing_and_what_is_asked_of_an_open_drawer() -> None:
    closing = held(partial(reads.closing_by_number, TILL.terminal_id, 700))
    assert held(partial(reads.closing_by_id, 1, UUID(closing["id"]))) == closing
    held(partial(reads.lacks_drawer, 1, TILL.terminal_id), blocks_max=50)
    drawer = held(partial(reads.open_drawer, TILL.terminal_id), blocks_max=50)
    assert drawer
    found = held(partial(reads.report, drawer, gaps=[], repeated=[]), blocks_max=A_SHIFTS_BLOCKS)
    assert 0 < found["sales"]["count"] < SHIFT


@pytest.mark.usefixtures("undone")
def test_a_closing_reads_and_writes_what_it_counts() -> None:
    close(TILL)
    assert held(partial(take_turn, TILL.terminal_id), blocks_max=A_SHIFTS_BLOCKS).settled
    closing = reads.closing_by_number(TILL.terminal_id, ORDERS // SHIFT)
    assert 0 < closing["sales"]["count"] < SHIFT


@pytest.mark.usefixtures("undone")
def test_an_opening_reads_what_was_taken_since_the_last_closing() -> None:
    held(partial(look_before_opening, TILL.terminal_id, 10 * ORDERS), blocks_max=A_SHIFTS_BLOCKS)


@pytest.mark.usefixtures("undone")
def test_a_till_that_sold_for_two_years_without_a_drawer_can_begin_with_one() -> None:
    """All that it ever took belongs to the first: more than a hundred thousand sales, within a task's time."""
    late = replace(TILL, terminal_id=DRAWERLESS)
    Shop(late).submit(Kind.DRAWER_OPEN, drawer_id=DRAWERLESS, float_minor=0)
    assert take_turn(DRAWERLESS).settled
    close(late)
    assert take_turn(DRAWERLESS).settled
    closing = reads.closing_by_number(DRAWERLESS, 1)
    assert closing["sales"]["count"] > ORDERS // 10
    sold = closing["sales"]["total_minor"] - closing["refunds"]["total_minor"]
    assert closing["before_opening_minor"] == sold + closing["deposits_minor"]


def close(caller: Caller) -> None:
    counted = [{"method": "cash", "amount_minor": 0}]
    Shop(caller).submit(Kind.DRAWER_CLOSE, drawer_id=caller.terminal_id, counted=counted)
