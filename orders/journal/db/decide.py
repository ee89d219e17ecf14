"""A loaded batch's decisions, as this shop has its goods allocated."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string
from uuid_utils.compat import uuid7

from orders.journal.core.batch import Batch
from orders.journal.core.fold import Folded, fold


def decide(batch: Batch, *, now: datetime, numbers_max: Mapping[int, int] | None = None) -> Folded:
    """`numbers_max`: as `orders.journal.core.fold` takes it."""
    strategy = import_string(settings.ALLOCATION_STRATEGY)
    return fold(batch, now=now, new_id=uuid7, strategy=strategy, numbers_max=numbers_max)
