"""What leaves the default lists, and which idempotency keys may be used again. Nothing is deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from base.sql.again import again
from base.sql.sets import cursor

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
        ) RETURNING id
    )
    SELECT (SELECT id FROM looked_at ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM archived)
"""

_RESTORE = """
    UPDATE orders_order SET archived_at = NULL, restored_at = %s
    WHERE id = %s AND store_id = %s AND archived_at IS NOT NULL
"""

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
    back is left alone."""
    return _batch(_ARCHIVE, {"after": after, "before": before, "now": now, "limit": limit})


@again
def restore(order_id: UUID, *, store_id: int, now: datetime) -> bool:
    """Bring an archived order back; False where the store has no such archived order."""
    return cursor().execute(_RESTORE, (now, order_id, store_id)).rowcount == 1


def free_keys(*, after: UUID, before: datetime, now: datetime, limit: int) -> Batch:
    """Of the next `limit` commands free the keys of those that were accepted before that instant and are settled."""
    until = UUID(int=int((before + IDS_APART).timestamp() * 1_000) << 80)
    return _batch(_FREE_KEYS, {"after": after, "until": until, "before": before, "now": now, "limit": limit})


def _batch(sql: str, params: Mapping[str, Any]) -> Batch:
    row = cursor().execute(sql, params).fetchone()
    assert row is not None
    return Batch(*row)
