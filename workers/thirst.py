"""Ringing for a refill as soon as a sale leaves the pool below its low mark."""

import logging
import time
from collections.abc import Collection

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from orders.db.numbers import stores_below

PAUSE_S = 5.0
"""While accounting is down every sale would ring; the refill's own schedule and backoff do the rest."""

log = logging.getLogger(__name__)
_rung_at = float("-inf")


def ring_refill_if_thirsty(store_ids: Collection[int]) -> None:
    global _rung_at
    if not store_ids or time.monotonic() - _rung_at < PAUSE_S:
        return
    if stores_below(settings.INVOICE_POOL_LOW, store_ids):
        _rung_at = time.monotonic()
        try:
            current_app.send_task("upkeep.refill_invoice_pool", expires=60)
        except OperationalError as error:
            log.warning("nobody could be rung for a refill, its schedule will do it: %s", error)
