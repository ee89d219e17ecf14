"""Reporting what has to be reordered."""

import logging

from django.db import transaction
from django.utils import timezone

from inventory.db.low_stock import close_recovered, report_low

log = logging.getLogger(__name__)


def report_low_stock() -> int:
    """Report newly low levels, once each: a row for an operator, and a line in the log. How many were new."""
    now = timezone.now()
    with transaction.atomic():
        close_recovered(now=now)
        new = report_low(now=now)
    for sku, location, available, reorder_point in new:
        log.warning("low stock: %s at %s: %d available, reorder at %d", sku, location, available, reorder_point)
    return len(new)
