"""A closing is never changed, and what it counts it counts for ever: each statement is tried as it is, and again
without its guard."""

import psycopg
import pytest

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
