"""Holds whose time has passed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from inventory.db.sets import cursor

_LAPSED = """
    SELECT order_id, min(expires_at) FROM inventory_hold
    WHERE expires_at <= %s AND order_id IS NOT NULL GROUP BY order_id ORDER BY min(expires_at) LIMIT %s
"""


def lapsed(*, now: datetime, limit: int) -> Sequence[tuple[UUID, datetime]]:
    """(order id, when its first hold lapsed), the longest lapsed first."""
    return cursor().execute(_LAPSED, (now, limit)).fetchall()
