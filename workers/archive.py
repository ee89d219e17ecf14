"""Daily: old cancelled orders leave the lists and, where the shop wants it, old idempotency keys are freed."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from base.sql import clock
from orders.sales.db.archive import FIRST, Batch, archive_cancelled, free_keys

LIMIT = 500


def archive() -> int:
    return _in_batches(archive_cancelled, days=settings.ARCHIVE_AFTER_DAYS)


def purge() -> int:
    """Keys are kept for ever unless the shop has set a number of days."""
    return _in_batches(free_keys, days=settings.KEYS_KEPT_DAYS) if settings.KEYS_KEPT_DAYS else 0


def _in_batches(change: Callable[..., Batch], *, days: int) -> int:
    """Each batch is a transaction of its own, and no statement grows with the history."""
    now = clock.now()
    batch, changed = change(after=FIRST, before=now - timedelta(days=days), now=now, limit=LIMIT), 0
    while batch.last:
        changed += batch.changed
        batch = change(after=batch.last, before=now - timedelta(days=days), now=now, limit=LIMIT)
    return changed
