"""What a store that leaves has stays as it is: triggers of that one store, table after table.

Who lets go of a table looks under the store's lock that it is not at rest: one that is never loses its hold.
"""

from typing import NamedTuple

from django.db import transaction

from base.sql.retry_transient import retry_transient
from base.sql.sets import cursor
from orders.moving.db.cells import LOCK_TIMEOUT
from orders.moving.db.tables import TABLES, Table

_STANDING = "SELECT leaving_at IS NOT NULL, left_at IS NOT NULL, leaving_word FROM inventory_store WHERE id = %s"
_LOCK = f"{_STANDING} FOR NO KEY UPDATE"
_TERMINALS = "SELECT array_agg(id)::text FROM orders_terminal WHERE store_id = %s"
_IS_ALL_HELD = """
    SELECT count(DISTINCT tgrelid) = %s FROM pg_trigger
    WHERE starts_with(tgname, %s) AND tgrelid = ANY(%s::text[]::regclass[])
"""


class Standing(NamedTuple):
    """`word`: none while something may be under way."""

    leaves: bool
    has_left: bool
    word: str


def standing(store_id: int) -> Standing:
    row = cursor().execute(_STANDING, (store_id,)).fetchone()
    assert row
    return Standing(*row)


def lock(store_id: int) -> Standing:
    """Until the transaction ends."""
    row = cursor().execute(_LOCK, (store_id,)).fetchone()
    assert row
    return Standing(*row)


def hold(store_id: int) -> None:
    """From then on nobody writes anything of the store. One table after the other: locks it, against writers, until who
    writes in it just then is done."""
    for table in TABLES:
        retry_transient(lambda table=table: _held(table, store_id))  # type: ignore[misc]


def let_go(store_id: int) -> None:
    """Unless it is at rest. Locks the store and one table after the other, against everybody, for a moment."""
    for table in TABLES:
        retry_transient(lambda table=table: _free(table, store_id))  # type: ignore[misc]


def _held(table: Table, store_id: int) -> None:
    with transaction.atomic():
        cursor().execute(LOCK_TIMEOUT)
        for event, row in (("INSERT", "NEW"), ("UPDATE OR DELETE", "OLD")):
            cursor().execute(
                f'CREATE OR REPLACE TRIGGER "{_prefix(store_id)}{row}" BEFORE {event} ON {table.name} FOR EACH ROW '
                f"WHEN ({_is_of(table, row, store_id)}) "
                f"EXECUTE FUNCTION ringup_keep_what_leaves('{store_id}')".encode()
            )


def _free(table: Table, store_id: int) -> None:
    with transaction.atomic():
        cursor().execute(LOCK_TIMEOUT)
        if lock(store_id).word:
            return
        for name in _triggers(table, store_id):
            cursor().execute(f'DROP TRIGGER "{name}" ON {table.name}'.encode())


def _is_of(table: Table, row: str, store_id: int) -> str:
    """What a trigger asks may name no other table; the store has no new terminals by then."""
    if table.store.isidentifier():
        return f"{row}.{table.store} = {store_id}"
    found = cursor().execute(_TERMINALS, (store_id,)).fetchone()
    return f"{row}.terminal_id = ANY('{(found and found[0]) or '{}'}'::bigint[])"


def _triggers(table: Table, store_id: int) -> list[str]:
    asked = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND starts_with(tgname, %s)"
    return [name for (name,) in cursor().execute(asked, (table.name, _prefix(store_id)))]


def _prefix(store_id: int) -> str:
    """Of the triggers' names: they come before all others."""
    return f"0_leaves_{store_id}_"


def is_all_held(store_id: int) -> bool:
    given = (len(TABLES), _prefix(store_id), [table.name for table in TABLES])
    row = cursor().execute(_IS_ALL_HELD, given).fetchone()
    return bool(row and row[0])
