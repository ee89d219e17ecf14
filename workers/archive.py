"""Daily: old cancelled orders leave the lists, old idempotency keys are freed."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from orders.db.archive import archive_cancelled, free_keys

KEYS_KEPT = timedelta(days=30)


def archive() -> int:
    now = timezone.now()
    return archive_cancelled(before=now - timedelta(days=settings.ARCHIVE_AFTER_DAYS), now=now)


def purge() -> int:
    return free_keys(before=timezone.now() - KEYS_KEPT)
