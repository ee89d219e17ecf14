"""Holds whose time has passed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from inventory.db.sets import cursor

_LAPSED_ORDERS = """
    SELECT order_id, min(expires_at) FROM inventory_hold
    WHERE expires_at <= %s AND order_id IS NOT NULL
    GROUP BY order_id ORDER BY min(expires_at), order_id OFFSET %s LIMIT %s
"""

_LAPSED_REFERENCES = """
    SELECT store_id, reference, min(expires_at) FROM inventory_hold
    WHERE expires_at <= %s AND reference <> ''
    GROUP BY store_id, reference ORDER BY min(expires_at), store_id, reference OFFSET %s LIMIT %s
"""

# An operator gave it up, or by its worker's clock the hold had not lapsed yet.
_USED_UP = """
    SELECT key FROM orders_command
    WHERE terminal_id IS NULL AND key = ANY(%s) AND key_freed_at IS NULL
        AND outcome_code IN ('dismissed', 'hold_not_found')
"""


def lapsed_orders(*, now: datetime, past: int, limit: int) -> Sequence[tuple[UUID, datetime]]:
    """(order id, when its first hold lapsed), the longest lapsed first, without the first `past`."""
    return cursor().execute(_LAPSED_ORDERS, (now, past, limit)).fetchall()


def lapsed_references(*, now: datetime, past: int, limit: int) -> Sequence[tuple[int, str, datetime]]:
    """(store id, reference, when its first hold lapsed), the longest lapsed first, without the first `past`."""
    return cursor().execute(_LAPSED_REFERENCES, (now, past, limit)).fetchall()


def used_up(keys: Collection[str]) -> set[str]:
    """Those of the keys whose release ended without releasing anything."""
    return {key for (key,) in cursor().execute(_USED_UP, (list(keys),))}
