"""A closing is never changed, and what it counts it counts for ever: each statement is tried as it is, and again
without its guard."""

import random

import psycopg
import pytest

from base.sql.sets import cursor
from orders.drawers.db.chain import hash_of
from tests.support.shop.cashier import close_drawer
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

CLOSINGS, MOVEMENTS, DRAWERS, COMMANDS = "orders_closing", "orders_drawermovement", "orders_drawer", "orders_command"
SECOND = f"""
    INSERT INTO {CLOSINGS} (id, store_id, terminal_id, number, command_id, opened_seq, closed_seq, closed_at, figures,
        hash)
    SELECT gen_random_uuid(), store_id, terminal_id, %s, gen_random_uuid(), closed_seq, closed_seq + 1, closed_at,
        figures, hash
    FROM {CLOSINGS}
"""

STAYS = [
    Guarded("closing_never_changed", CLOSINGS, f"UPDATE {CLOSINGS} SET number = 2"),
    Guarded("closing_follows", CLOSINGS, SECOND % 2),
    Guarded("drawer_movement_closed_once", MOVEMENTS, f"UPDATE {MOVEMENTS} SET amount_minor = 1"),
    Guarded("drawer_movement_closed_once", MOVEMENTS, f"UPDATE {MOVEMENTS} SET closing_id = NULL"),
    Guarded("drawer_movement_never_deleted", MOVEMENTS, f"DELETE FROM {MOVEMENTS}"),
    Guarded("drawer_never_deleted", DRAWERS, f"DELETE FROM {DRAWERS}"),
    Guarded("drawer_goes_forward", DRAWERS, f"UPDATE {DRAWERS} SET last_number = 0"),
    Guarded("command_closed_once", COMMANDS, f"UPDATE {COMMANDS} SET closing_id = NULL WHERE closing_id IS NOT NULL"),
    Guarded("command_final_once_settled", COMMANDS, f"UPDATE {COMMANDS} SET attempts = 9 WHERE closing_id IS NOT NULL"),
    Guarded(
        "command_closed_once",
        COMMANDS,
        f"UPDATE {COMMANDS} SET closing_id = (SELECT id FROM {CLOSINGS}) WHERE state = 'pending'",
    ),
]
OPEN_FOR_EVER = Guarded("drawer_open_since", DRAWERS, f"UPDATE {DRAWERS} SET opened_at = now()")


@pytest.mark.usefixtures("own_database")
def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    shop = open_shop()
    order_id, _ = shop.sale()
    execute([order_id])
    close_drawer(shop)
    shop.sale()
    refused(STAYS, psycopg.errors.RestrictViolation, subtests)
    refused([OPEN_FOR_EVER], psycopg.errors.CheckViolation, subtests)


@pytest.mark.django_db
def test_whole_numbers_that_a_double_has_not_are_hashed_alike_here_and_there() -> None:
    """A till may count by nanoseconds: its gaps stand in its closing, which the guard would refuse for ever."""
    some = random.Random(8785)
    powers = [2**power + more for power in range(52, 63) for more in (-1, 0, 1, 8)]
    numbers = [27021597764223368, *powers, *(some.randrange(2**53, 2**63) for _ in range(500))]
    told = cursor().execute(
        "SELECT number, ringup_closing_hash(jsonb_build_object('first', number)) FROM unnest(%s::bigint[]) AS number",
        (numbers,),
    )
    assert [number for number, hashed in told if hashed != hash_of({"first": number})] == []
