"""Writes levels, movements and holds as sets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import Level, LevelKey
from inventory.db.sets import Cursor, columns_of, insert, unnest

_UPDATE_LEVELS = f"""
    UPDATE inventory_stocklevel AS level SET on_hand = given.on_hand, reserved = given.reserved
    FROM {unnest(["bigint", "bigint", "bigint"])} AS given (id, on_hand, reserved) WHERE level.id = given.id
"""

# Another transaction may make the same level first: the unique violation (23505) has the batch loaded anew.
_INSERT_LEVELS = insert(
    "inventory_stocklevel",
    dict.fromkeys(["store_id", "product_id", "location_id", "on_hand", "reserved"], "bigint"),
)

_INSERT_MOVEMENTS = insert(
    "inventory_stockmovement",
    {
        "store_id": "bigint",
        "level_id": "bigint",
        "kind": "text",
        "quantity_change": "bigint",
        "reserved_change": "bigint",
        "quantity_after": "bigint",
        "reserved_after": "bigint",
        "reference": "text",
        "reason": "text",
        "order_id": "uuid",
        "command_id": "uuid",
        "created_by": "text",
    },
    constants={"created_at": "%s::timestamptz"},
)

_INSERT_HOLDS = insert(
    "inventory_hold",
    {
        "id": "uuid",
        "store_id": "bigint",
        "level_id": "bigint",
        "quantity": "bigint",
        "order_id": "uuid",
        "order_line_id": "uuid",
        "reference": "text",
        "expires_at": "timestamptz",
    },
    constants={"created_at": "%s::timestamptz"},
)

_UPDATE_HOLDS = f"""
    UPDATE inventory_hold AS hold SET quantity = given.quantity, expires_at = given.expires_at
    FROM {unnest(["uuid", "bigint", "timestamptz"])} AS given (id, quantity, expires_at) WHERE hold.id = given.id
"""


def insert_levels(cursor: Cursor, levels: Sequence[tuple[int, Level]]) -> dict[LevelKey, int]:
    """`levels`: (store id, level) of levels that have no row yet. Their new rows' ids."""
    if not levels:
        return {}
    rows = [(store_id, *level.key, level.on_hand, level.reserved) for store_id, level in levels]
    cursor.execute(f"{_INSERT_LEVELS} RETURNING product_id, location_id, id", columns_of(rows))
    return {(product_id, location_id): id_ for product_id, location_id, id_ in cursor}


def update_levels(cursor: Cursor, levels: Mapping[int, Level]) -> None:
    """`levels`: row id -> the level as it is now."""
    if levels:
        rows = [(id_, level.on_hand, level.reserved) for id_, level in levels.items()]
        cursor.execute(_UPDATE_LEVELS, columns_of(rows), prepare=True)


def insert_movements(cursor: Cursor, rows: Sequence[tuple[Any, ...]], *, now: datetime) -> None:
    """`rows`: store id, level id, kind, both changes, both quantities after, reference, reason, order, command, by."""
    if rows:
        cursor.execute(_INSERT_MOVEMENTS, (now, *columns_of(rows)), prepare=True)


def insert_holds(cursor: Cursor, rows: Sequence[tuple[Any, ...]], *, now: datetime) -> None:
    """`rows`: id, store id, level id, quantity, order, order line, reference, expiry."""
    if rows:
        cursor.execute(_INSERT_HOLDS, (now, *columns_of(rows)), prepare=True)


def update_holds(cursor: Cursor, rows: Sequence[tuple[UUID, int, datetime | None]]) -> None:
    """`rows`: id, quantity, expiry."""
    if rows:
        cursor.execute(_UPDATE_HOLDS, columns_of(rows), prepare=True)


def delete_holds(cursor: Cursor, ids: Sequence[UUID]) -> None:
    if ids:
        cursor.execute("DELETE FROM inventory_hold WHERE id = ANY(%b)", (list(ids),), prepare=True)
