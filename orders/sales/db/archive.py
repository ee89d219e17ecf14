"""What leaves the default lists, and which idempotency keys may be used again. Nothing is deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from base.sql.retry_transient import again
from base.sql.sets import cursor
from orders.sales.db.create import UNSETTLED

# A batch of them is looked at, those that somebody has just now passed over. It tells where the next one begins.
_ARCHIVE = """
    WITH looked_at AS (
        SELECT id FROM orders_order
        WHERE status = 'cancelled' AND archived_at IS NULL AND restored_at IS NULL AND id > %(after)s
        ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    ), archived AS (
        UPDATE orders_order AS "order" SET archived_at = %(now)s
        WHERE id = ANY(ARRAY(SELECT id FROM looked_at)) AND NOT EXISTS (
            SELECT FROM orders_statuschange WHERE order_id = "order".id AND at > %(before)s
        ) AND NOT EXISTS (
            SELECT FROM orders_command WHERE state = 'pending' AND order_id = "order".id
        ) AND NOT EXISTS (
            SELECT FROM orders_command WHERE state IN ('parked', 'awaiting') AND order_id = "order".id
        ) RETURNING id
    )
    SELECT (SELECT id FROM looked_at ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM archived)
"""

_LOCK = """
    SELECT archived_at IS NOT NULL, restored_at IS NOT NULL FROM orders_order
    WHERE id = %(order_id)s AND store_id = %(store_id)s FOR NO KEY UPDATE
"""

_RESTORE = "UPDATE orders_order SET archived_at = NULL, restored_at = %(now)s WHERE id = %(order_id)s"

# A command's id tells when it was made: the journal is walked by it, and needs no other index for this.
_FREE_KEYS = """
    WITH looked_at AS (
        SELECT id, accepted_at, settled_at, key_freed_at FROM orders_command
        WHERE id > %(after)s AND id < %(until)s ORDER BY id LIMIT %(limit)s
    ), freed AS (
        UPDATE orders_command SET key_freed_at = %(now)s
        WHERE id = ANY(ARRAY(
            SELECT id FROM looked_at
            WHERE accepted_at <= %(before)s AND settled_at IS NOT NULL AND key_freed_at IS NULL
        )) RETURNING id
    )
    SELECT (SELECT id FROM looked_at ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM freed)
"""

FIRST = UUID(int=0)
IDS_APART = timedelta(hours=1)
"""What a web server's clock may be behind the database's, which says when a command was accepted."""


class Batch(NamedTuple):
    """`last`: where the next batch begins, None after the last one; `changed`: how many rows."""

    last: UUID | None
    changed: int


def archive_cancelled(*, after: UUID, before: datetime, now: datetime, limit: int) -> Batch:
    """Of the next `limit` cancelled orders archive those that were cancelled before that instant; one that was brought
    back is left alone, and one with commands that are not settled."""
    return _batch(_ARCHIVE, {"after": after, "before": before, "now": now, "limit": limit})


class NotRestored(StrEnum):
    ORDER_NOT_FOUND = "order_not_found"
    ORDER_NOT_ARCHIVED = "order_not_archived"
    COMMAND_PENDING = "command_pending"


@again
def restore(order_id: UUID, *, store_id: int, now: datetime) -> NotRestored | None:
    """Bring an archived order back, under its row lock; one that was brought back before stays as it is. Or nothing is
    changed, and this is why."""
    order = {"order_id": order_id, "store_id": store_id}
    with transaction.atomic():
        match cursor().execute(_LOCK, order).fetchone():
            case None:
                return NotRestored.ORDER_NOT_FOUND
            case (False, False):
                return NotRestored.ORDER_NOT_ARCHIVED
            case (False, True):
                return None
        if cursor().execute(UNSETTLED, order).fetchone() != (False,):
            return NotRestored.COMMAND_PENDING
        cursor().execute(_RESTORE, order | {"now": now})
    return None


def free_keys(*, after: UUID, before: datetime, now: datetime, limit: int) -> Batch:
    """Of the next `limit` commands free the keys of those that were accepted before that instant and are settled."""
    until = UUID(int=int((before + IDS_APART).timestamp() * 1_000) << 80)
    return _batch(_FREE_KEYS, {"after": after, "until": until, "before": before, "now": now, "limit": limit})


def _batch(sql: str, params: Mapping[str, Any]) -> Batch:
    row = cursor().execute(sql, params).fetchone()
    assert row is not None
    return Batch(*row)
