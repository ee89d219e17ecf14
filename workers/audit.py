"""The audit: every conservation law, over everything. It reports and never repairs."""

import logging

from django.db import transaction

from inventory.core.drift import Drift
from inventory.db.audit import begin_reading, stock_drifts
from orders.db.audit import order_drifts

DRIFTS_MAX = 1_000

log = logging.getLogger(__name__)


def audit() -> list[Drift]:
    """Every drift, up to a thousand. Takes no locks."""
    drifts: list[Drift] = []
    with transaction.atomic():
        begin_reading()
        for drift in (*stock_drifts(), *order_drifts()):
            log.error("drift: %s: %s: %s (command %s)", drift.law, drift.subject, drift.detail, drift.command_id)
            drifts.append(drift)
    return drifts[:DRIFTS_MAX]
