"""What a settled batch gives rise to: a refill of the pool, stock for those who wait. Schedules do it too, later."""

import logging
import time

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from orders.db.numbers import stores_below
from workers.execute import Executed

REFILL_PAUSE_S = 5.0
"""While accounting is down every sale would ring; the refill's own schedule and backoff do the rest."""
BACKORDER_PAUSE_S = 0.5

log = logging.getLogger(__name__)
_rung_at: dict[str, float] = {}


def follow_up(executed: Executed) -> None:
    refill_due = executed.numbered and _may_ring("upkeep.refill_invoice_pool", pause_s=REFILL_PAUSE_S)
    if refill_due and stores_below(settings.INVOICE_POOL_LOW, executed.numbered):
        _ring("upkeep.refill_invoice_pool")
    if executed.stock_arrived and _may_ring("upkeep.allocate_backorders", pause_s=BACKORDER_PAUSE_S):
        _ring("upkeep.allocate_backorders")


def _may_ring(task: str, *, pause_s: float) -> bool:
    return time.monotonic() - _rung_at.get(task, float("-inf")) >= pause_s


def _ring(task: str) -> None:
    _rung_at[task] = time.monotonic()
    try:
        current_app.send_task(task, expires=60)
    except OperationalError as error:
        log.warning("nobody could be rung for %s, its schedule will do it: %s", task, error)
