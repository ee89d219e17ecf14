"""What is settled or history stays as it is, is there once and is never gone: each statement is tried as it is, and
again without its guard."""

import psycopg
import pytest
from django.db import transaction

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

COMMANDS, ORDERS, LINES, HISTORY, ENTRIES = (
    f"orders_{name}" for name in ("command", "order", "orderline", "statuschange", "journalentry")
)
LEVELS, HOLDS = "inventory_stocklevel", "inventory_hold"
SETTLED, PENDING = "WHERE settled_at IS NOT NULL", "WHERE state = 'pending'"

FINAL = [
    Guarded("command_final_once_settled", COMMANDS, f"UPDATE {COMMANDS} SET {column} {SETTLED}")
    for column in (
        "ring_at = now()",
        "attempts = 9",
        "result = '{}'",
        "outcome = '{}'",
        "payload = '{}'",
        "kind = 'cancel'",
    )
]
AS_IT_CAME = [
    *(
        Guarded("command_as_accepted", COMMANDS, f"UPDATE {COMMANDS} SET {column} {PENDING}")
        for column in ("payload = '{}'", "key = 'X'", "kind = 'cancel'", "seq = 0", "store_id = -1", "sequence = 9")
    ),
    *(
        Guarded("order_as_created", ORDERS, f"UPDATE {ORDERS} SET {column} WHERE paid_at IS NULL")
        for column in ("number = number + 1000000", "store_id = -1", "created_at = now()", "currency = 'EUR'")
    ),
    *(
        Guarded("line_as_agreed", LINES, f"UPDATE {LINES} SET {column}")
        for column in ("store_id = -1", "position = position + 9", "product_id = -1", "name = 'Other'")
    ),
    Guarded("level_stays_where_it_is", LEVELS, f"UPDATE {LEVELS} SET store_id = -1"),
    Guarded("hold_stays_whose_it_is", HOLDS, f"UPDATE {HOLDS} SET order_line_id = order_id"),
    Guarded("terminal_stays_in_its_store", "orders_terminal", "UPDATE orders_terminal SET store_id = store_id + 1"),
    Guarded(
        "location_stays_in_its_store",
        "inventory_location",
        "UPDATE inventory_location SET store_id = (SELECT id FROM inventory_store WHERE code = 'ELSEWHERE')",
    ),
    Guarded("store_currency_in_use", "inventory_store", "UPDATE inventory_store SET currency = 'EUR'"),
    Guarded("product_stays_what_it_is", "inventory_product", "UPDATE inventory_product SET sku = sku || '-B'"),
]
NEVER_BACK = [
    Guarded("order_never_back", ORDERS, f"UPDATE {ORDERS} SET status = 'paid' WHERE status = 'cancelled'"),
    Guarded(
        "order_never_back",
        ORDERS,
        f"UPDATE {ORDERS} SET refunded_minor = 0, payment_status = 'paid' WHERE refunded_minor > 0",
    ),
    Guarded("order_day_stays", ORDERS, f"UPDATE {ORDERS} SET business_day = business_day + 1"),
    Guarded("line_never_back", LINES, f"UPDATE {LINES} SET shipped_quantity = 0, returned_quantity = 0"),
    Guarded("line_never_back", LINES, f"UPDATE {LINES} SET returned_quantity = 0 WHERE returned_quantity > 0"),
]
NEVER_DELETED = [
    Guarded("command_never_deleted", COMMANDS, f"DELETE FROM {COMMANDS} {SETTLED}"),
    Guarded("command_never_deleted", COMMANDS, f"DELETE FROM {COMMANDS} {PENDING}"),
    Guarded("terminal_never_deleted", "orders_terminal", "DELETE FROM orders_terminal WHERE name = 'unused'"),
    Guarded("store_never_deleted", "inventory_store", "DELETE FROM inventory_store WHERE code = 'ELSEWHERE'"),
    Guarded("location_never_deleted", "inventory_location", "DELETE FROM inventory_location WHERE code = 'UNUSED'"),
    Guarded("product_never_deleted", "inventory_product", "DELETE FROM inventory_product WHERE sku = 'UNUSED'"),
    Guarded("level_never_deleted", LEVELS, f"DELETE FROM {LEVELS} WHERE id NOT IN (SELECT level_id FROM {HOLDS})"),
]
ONLY_ONCE = [
    Guarded(
        "status_change_once_per_command",
        HISTORY,
        f"""INSERT INTO {HISTORY} (store_id, order_id, command_id, kind, from_status, to_status, terminal, reason, at)
        SELECT store_id, order_id, command_id, kind, to_status, from_status, terminal, 'again', at FROM {HISTORY}""",
    ),
    *(
        Guarded(
            "entry_once_per_command_and_one_sale",
            ENTRIES,
            f"""INSERT INTO {ENTRIES} (id, store_id, order_id, command_id, kind, currency, day, postings, created_at)
            SELECT gen_random_uuid(), store_id, order_id, {command}, kind, currency, day, '[]', created_at
            FROM {ENTRIES} WHERE kind = '{kind}'""",
        )
        for kind, command in (("sale", "gen_random_uuid()"), ("sale", "command_id"), ("return", "command_id"))
    ),
]
# The sixth bit of a trigger's type is TRUNCATE (PostgreSQL, src/include/catalog/pg_trigger.h).
TABLES = r"""
    SELECT relname,
        EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgtype & 32 <> 0 AND tgenabled = 'O')
    FROM pg_class WHERE relkind = 'r' AND (relname LIKE 'orders\_%' OR relname LIKE 'inventory\_%')
"""
MAY_BE_EMPTIED = {
    "inventory_store_users",
    "orders_account",
    "orders_auditfinding",
    "orders_auditlook",
    "orders_auditround",
    "orders_feedepoch",
    "orders_invoicecounter",
    "orders_invoiceepoch",
    "orders_invoicepool",
    "orders_terminalkey",
    "inventory_lowstock",
}
"""What tells nothing that is not known from elsewhere, or that an operator keeps."""


@pytest.fixture
def _a_day_of_business(own_database: str) -> None:
    """A sale of which one was given back, a cancelled sale, a reserved order and a pay that is pending."""
    shop = open_shop()
    returned, cancelled, reserved = shop.sale(("TEA-80", 2))[0], shop.sale(("TEA-80", 1))[0], shop.order(("MUG-RED", 1))
    shop.submit(Kind.RESERVE, reserved)
    execute([returned, cancelled, reserved])
    one = {"line_id": None, "sku": "TEA-80", "quantity": 1, "condition": "sellable"}
    shop.submit(Kind.RETURN, returned, lines=[one])
    shop.submit(Kind.CANCEL, cancelled)
    execute([returned, cancelled])
    shop.sale(("TEA-80", 1))
    cursor().execute(
        b"INSERT INTO inventory_store (code, name, currency, time_zone, day_starts_at, created_at)"
        b" VALUES ('ELSEWHERE', '', 'GBP', 'UTC', '00:00', now())"
    )
    cursor().execute(
        b"INSERT INTO inventory_location (store_id, code, name, priority) "
        b"SELECT id, 'UNUSED', '', 9 FROM inventory_store WHERE code <> 'ELSEWHERE'"
    )
    cursor().execute(
        b"INSERT INTO inventory_product (store_id, sku, gtin, name, price_minor, currency, tracks_stock, created_at, "
        b"updated_at) SELECT id, 'UNUSED', '', '', 1, 'GBP', true, now(), now() FROM inventory_store "
        b"WHERE code <> 'ELSEWHERE'"
    )
    cursor().execute(
        b"INSERT INTO orders_terminal (store_id, name, role, created_at) SELECT id, 'unused', 'pos', now() "
        b"FROM inventory_store WHERE code <> 'ELSEWHERE'"
    )


@pytest.mark.parametrize(
    ("statements", "error"),
    [
        (FINAL, psycopg.errors.RestrictViolation),
        (AS_IT_CAME, psycopg.errors.RestrictViolation),
        (NEVER_BACK, psycopg.errors.RestrictViolation),
        (NEVER_DELETED, psycopg.errors.RestrictViolation),
        (ONLY_ONCE, psycopg.errors.UniqueViolation),
    ],
    ids=["final", "as it came", "never back", "never deleted", "only once"],
)
@pytest.mark.usefixtures("_a_day_of_business")
def test_what_is_refused_by_its_guard_alone(
    statements: list[Guarded], error: type[psycopg.Error], subtests: pytest.Subtests
) -> None:
    refused(statements, error, subtests)


@pytest.mark.usefixtures("_a_day_of_business")
def test_no_table_of_history_is_ever_emptied(subtests: pytest.Subtests) -> None:
    """Whatever table comes later is one of them, or is named here."""
    tables: dict[str, bool] = dict(cursor().execute(TABLES).fetchall())
    assert {table for table, guarded in tables.items() if not guarded} == MAY_BE_EMPTIED
    for table in tables.keys() - MAY_BE_EMPTIED:
        with (
            subtests.test(table),
            pytest.raises(psycopg.errors.RestrictViolation, match="TRUNCATE refused"),
            transaction.atomic(),
        ):
            cursor().execute(f"TRUNCATE {table} CASCADE".encode())
