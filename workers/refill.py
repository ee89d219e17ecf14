"""Refilling the pool of invoice numbers from the accounting system, outside every lock."""

import logging
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orders.accounting.port import Accounting, AccountingFault
from orders.db.refill import Refill, close, failed, lease, request, store_numbers, stores

COUNT_MAX = 2_000
"""Numbers asked for at once; a larger pool is filled by several requests."""
REQUESTS_MAX = 100
LEASE = timedelta(seconds=60)
"""Longer than any call to accounting takes."""
BACKOFF_MAX_S = 300
NUMBER_LENGTH_MAX = 64

log = logging.getLogger(__name__)


def refill_invoice_pool(accounting: Accounting) -> int:
    """Top up every store's pool that is below its low mark; how many numbers came."""
    return sum(_top_up(accounting, store_id, code) for store_id, code in stores())


def _top_up(accounting: Accounting, store_id: int, store_code: str) -> int:
    came = 0
    for _ in range(REQUESTS_MAX):
        now = timezone.now()
        # While a top-up is under way it goes on to the target, not only to the low mark.
        low = settings.INVOICE_POOL_TARGET if came else settings.INVOICE_POOL_LOW
        request(
            store_id=store_id,
            refill_id=uuid7(),
            low=low,
            target=settings.INVOICE_POOL_TARGET,
            count_max=COUNT_MAX,
            now=now,
        )
        refill = lease(store_id=store_id, now=now, lasts=LEASE)
        if refill is None:
            break
        stored = _fetch(accounting, store_id, store_code, refill)
        if not stored:
            break
        came += stored
    return came


def _fetch(accounting: Accounting, store_id: int, store_code: str, refill: Refill) -> int:
    try:
        answered = accounting.draft_ids(store_code=store_code, count=refill.count, idempotency_key=str(refill.id))
        numbers = _usable(answered)
    except AccountingFault as error:
        # Full jitter, so that the stores of a chain do not all come back at once.
        pause = random.uniform(1, min(2**refill.attempts, BACKOFF_MAX_S))
        failed(refill.id, error=str(error), next_attempt_at=timezone.now() + timedelta(seconds=pause))
        log.warning("accounting gave store %s no invoice numbers, next try in %.0f s: %s", store_code, pause, error)
        return 0
    now = timezone.now()
    with transaction.atomic():
        stored = store_numbers(store_id=store_id, refill_id=refill.id, numbers=numbers, now=now)
        close(refill.id, now=now, note=_difference(asked=refill.count, answered=len(answered), stored=stored))
    return stored


def _usable(answered: Sequence[Any]) -> list[str]:
    """What can be an invoice number, each once, in the order given."""
    usable = [
        one for one in answered if isinstance(one, str) and one.strip() == one and 0 < len(one) <= NUMBER_LENGTH_MAX
    ]
    if not usable:
        raise AccountingFault("not one usable invoice number in the answer")
    return list(dict.fromkeys(usable))


def _difference(*, asked: int, answered: int, stored: int) -> str:
    if asked == answered == stored:
        return ""
    note = f"asked for {asked}, answered {answered}, {stored} new"
    log.warning("accounting's answer differs: %s", note)
    return note
