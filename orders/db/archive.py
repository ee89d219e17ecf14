"""What leaves the default lists, and which idempotency keys may be used again. Nothing is deleted."""

from datetime import datetime
from uuid import UUID

from inventory.db.sets import cursor

_ARCHIVE = """
    UPDATE orders_order AS "order" SET archived_at = %(now)s
    WHERE status = 'cancelled' AND archived_at IS NULL AND restored_at IS NULL AND NOT EXISTS (
        SELECT FROM orders_statuschange WHERE order_id = "order".id AND at > %(before)s
    )
"""

_RESTORE = """
    UPDATE orders_order SET archived_at = NULL, restored_at = %s
    WHERE id = %s AND store_id = %s AND archived_at IS NOT NULL
"""

_FREE_KEYS = """
    UPDATE orders_command SET key = 'expired:' || id
    WHERE accepted_at <= %s AND settled_at IS NOT NULL AND key NOT LIKE 'expired:%%'
"""


def archive_cancelled(*, before: datetime, now: datetime) -> int:
    """Archive orders that were cancelled before that instant; one that was brought back is left alone."""
    return cursor().execute(_ARCHIVE, {"before": before, "now": now}).rowcount


def restore(order_id: UUID, *, store_id: int, now: datetime) -> bool:
    """Bring an archived order back; False where the store has no such archived order."""
    return cursor().execute(_RESTORE, (now, order_id, store_id)).rowcount == 1


def free_keys(*, before: datetime) -> int:
    """Let the keys of commands that were accepted before that instant, and are settled, be used again."""
    return cursor().execute(_FREE_KEYS, (before,)).rowcount
