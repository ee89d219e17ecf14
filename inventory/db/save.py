"""What a batch writes besides its one statement: levels that are new, and goods that were sold and are not there.

Each is one statement, and for a batch that has some of it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from base.sql.sets import Cursor, columns_of, cursor, insert, unnest
from inventory.core.levels import Level, LevelKey

# Another transaction may make the same level first: the unique violation (23505) has the batch loaded anew.
_INSERT_LEVELS = insert(
    "inventory_stocklevel",
    dict.fromkeys(["store_id", "product_id", "location_id", "on_hand", "reserved"], "bigint"),
)

_NOTE = f"""
    INSERT INTO inventory_shortfall (store_id, level_id, quantity, order_id, command_id, reported_at, acknowledged_by)
    SELECT given.*, %b, '' FROM {unnest(["bigint", "bigint", "bigint", "uuid", "uuid"])} AS given
"""

_COUNTED = """
    UPDATE inventory_shortfall SET counted_at = %b WHERE counted_at IS NULL AND level_id = ANY(%b)
"""


def insert_levels(cursor: Cursor, levels: Sequence[tuple[int, Level]]) -> dict[LevelKey, int]:
    """`levels`: (store id, level) of levels that have no row yet. Their new rows' ids."""
    rows = [(store_id, *level.key, level.on_hand, level.reserved) for store_id, level in levels]
    cursor.execute(f"{_INSERT_LEVELS} RETURNING product_id, location_id, id", columns_of(rows))
    return {(product_id, location_id): id_ for product_id, location_id, id_ in cursor}


def note_shortfalls(rows: Sequence[tuple[int, int, int, UUID, UUID]], *, now: datetime) -> None:
    """`rows`: (store id, level id, quantity, order id, command id)."""
    *columns, commands = columns_of(rows)
    cursor().execute(_NOTE, (now, *columns, commands))


def end_counted(level_ids: Collection[int], *, now: datetime) -> None:
    """These levels were counted: whatever they lacked before is known by now."""
    cursor().execute(_COUNTED, (now, list(level_ids)))
