"""Reporting what has to be reordered."""

import logging

from django.utils import timezone

from inventory.db.low_stock import close_recovered, report_low

log = logging.getLogger(__name__)


def report_low_stock() -> int:
    """Report newly low levels, once each: a row for an operator, and a line in the log. How many were new."""
    now, count = timezone.now(), 0
    close_recovered(now=now)
    for new in report_low(now=now):
        count += len(new)
        for sku, location, available, reorder_point in new:
            log.warning("low stock: %s at %s: %d available, reorder at %d", sku, location, available, reorder_point)
    return count
