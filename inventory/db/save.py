"""Writes of levels, movements and holds: parts of the one statement that saves a batch (orders.journal.db.save)."""

from collections.abc import Sequence

from base.sql.sets import Cursor, columns_of, insert
from inventory.core.levels import Level, LevelKey

# Another transaction may make the same level first: the unique violation (23505) has the batch loaded anew.
_INSERT_LEVELS = insert(
    "inventory_stocklevel",
    dict.fromkeys(["store_id", "product_id", "location_id", "on_hand", "reserved"], "bigint"),
)

WRITES = """
    changed_level AS (
        UPDATE inventory_stocklevel AS level SET on_hand = given.on_hand, reserved = given.reserved
        FROM json_to_recordset(%(levels)s::json) AS given (id bigint, on_hand bigint, reserved bigint)
        WHERE level.id = given.id
    ), new_movement AS (
        INSERT INTO inventory_stockmovement (store_id, level_id, location_id, kind, quantity_change, reserved_change,
            quantity_after, reserved_after, reference, reason, order_id, command_id, created_by, created_at)
        SELECT store_id, level_id, location_id, kind, quantity_change, reserved_change, quantity_after, reserved_after,
            reference, reason, order_id, command_id, created_by, %(now)s
        FROM json_to_recordset(%(movements)s::json) AS given (store_id bigint, level_id bigint, location_id bigint,
            kind text, quantity_change bigint, reserved_change bigint, quantity_after bigint, reserved_after bigint,
            reference text, reason text, order_id uuid, command_id uuid, created_by text)
    ), new_hold AS (
        INSERT INTO inventory_hold (id, store_id, level_id, quantity, order_id, order_line_id, reference, expires_at,
            created_at)
        SELECT id, store_id, level_id, quantity, order_id, order_line_id, reference, expires_at, %(now)s
        FROM json_to_recordset(%(new_holds)s::json) AS given (id uuid, store_id bigint, level_id bigint,
            quantity bigint, order_id uuid, order_line_id uuid, reference text, expires_at timestamptz)
    ), changed_hold AS (
        UPDATE inventory_hold AS hold SET quantity = given.quantity, expires_at = given.expires_at
        FROM json_to_recordset(%(changed_holds)s::json) AS given (id uuid, quantity bigint, expires_at timestamptz)
        WHERE hold.id = given.id
    ), dropped_hold AS (
        DELETE FROM inventory_hold WHERE id = ANY(%(dropped_holds)b::uuid[])
    )
"""


def insert_levels(cursor: Cursor, levels: Sequence[tuple[int, Level]]) -> dict[LevelKey, int]:
    """`levels`: (store id, level) of levels that have no row yet. Their new rows' ids."""
    if not levels:
        return {}
    rows = [(store_id, *level.key, level.on_hand, level.reserved) for store_id, level in levels]
    cursor.execute(f"{_INSERT_LEVELS} RETURNING product_id, location_id, id", columns_of(rows))
    return {(product_id, location_id): id_ for product_id, location_id, id_ in cursor}
