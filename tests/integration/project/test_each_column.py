"""A guard that names columns keeps each of them: every one is changed, past all other guards of its table."""

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from base.sql.sets import cursor
from inventory.models import Store
from orders.models import Order
from tests.support.samples.a_row_of_each import shop_with_a_row_of_each

# Each trigger that refuses and names several columns, with each of them, and what type that has. One that names one is
# tried by its name.
COLUMNS = r"""
    SELECT tgname, tgrelid::regclass::text, attname, format_type(atttypid, NULL)
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    CROSS JOIN unnest(tgattr::int2[]) AS place JOIN pg_attribute ON attrelid = tgrelid AND attnum = place
    WHERE NOT tgisinternal AND proname LIKE 'ringup\_refuse%' AND attgenerated = ''
        AND cardinality(tgattr::int2[]) > 1
    ORDER BY tgrelid::regclass::text, tgname, place
"""
ANOTHER = {
    "uuid": "gen_random_uuid()",
    "bigint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + 1",
    "text": "CASE {0} WHEN 'x' THEN 'y' ELSE 'x' END",
    "character varying": "CASE {0} WHEN 'x' THEN 'y' ELSE 'x' END",
    "boolean": "NOT coalesce({0}, false)",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 d'",
    "date": "coalesce({0}, current_date) + 1",
    "bytea": "sha256(coalesce({0}, ''))",
    "jsonb": "'[1, 2]'",
}


def refused(trigger: str, table: str, change: str) -> bool:
    """Of some row, by this one of the table's triggers. Nothing of it stays."""
    with transaction.atomic():
        cursor().execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, ENABLE TRIGGER {trigger}".encode())
        rows = cursor().execute(f"SELECT ctid::text FROM {table}".encode()).fetchall()
        is_refused = any(_refuses(f"UPDATE {table} SET {change} WHERE ctid = '{row}'") for (row,) in rows)
        transaction.set_rollback(True)
    return is_refused


def _refuses(statement: str) -> bool:
    """A row that the guard lets be changed may be impossible for other reasons."""
    try:
        with transaction.atomic():
            cursor().execute(statement.encode())
            transaction.set_rollback(True)
    except psycopg.Error as error:
        return isinstance(error, psycopg.errors.RestrictViolation)
    return False


@pytest.mark.usefixtures("own_database")
def test_each_column_that_a_guard_names_is_kept() -> None:
    shop = shop_with_a_row_of_each()
    shop.pay(Order.objects.filter(status="draft").latest("id").id)
    gone = timezone.now()
    Store.objects.create(code="gone", currency="GBP", leaving_at=gone, left_at=gone, leaving_word="a word")
    columns = cursor().execute(COLUMNS.encode()).fetchall()
    assert len(columns) > 80
    assert not refused("line_as_agreed", "orders_orderline", "skipped = NOT skipped"), "it names no such column"
    let = [
        (trigger, column)
        for trigger, table, column, kind in columns
        if not refused(trigger, table, f"{column} = {ANOTHER[kind].format(column)}")
    ]
    assert let == []
