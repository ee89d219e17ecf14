"""Telling accounting which numbers are void, so that there is a trace of them there too."""

import logging
import random
from datetime import timedelta

from django.utils import timezone

from base.outside.backoff import pause_max_s
from orders.accounting.outside.asking import ask, told
from orders.accounting.outside.relay import telling
from orders.accounting.port import AccountingFault, AccountingRefusal, Voids
from orders.invoicing.db import void_notices
from orders.invoicing.db.void_notices import Notice, lease_due

RUN_MAX = 50
LEASE = timedelta(seconds=60)
"""Longer than any call to accounting takes."""
BACKOFF_MAX_S = 60
AFTER_REFUSAL = timedelta(hours=1)
"""A person has to change something there first."""

log = logging.getLogger(__name__)


def relay_voids(accounting: Voids) -> int:
    """Tell what is due until accounting does not answer; how many it was told."""
    with telling.taken() as is_free:
        return _run(accounting) if is_free else 0


def _run(accounting: Voids) -> int:
    count = 0
    for _ in range(RUN_MAX):
        now = timezone.now()
        notice = lease_due(now=now, until=now + LEASE)
        if notice is None:
            break
        try:
            _tell(accounting, notice)
        except AccountingFault as fault:
            pause_s = random.uniform(0, pause_max_s(notice.attempts, cap_s=BACKOFF_MAX_S))
            _note(notice, fault, timedelta(seconds=pause_s))
            break
        except AccountingRefusal as refusal:
            _note(notice, refusal, AFTER_REFUSAL)
        else:
            void_notices.told(notice, now=timezone.now())
            count += 1
    return count


def _tell(accounting: Voids, notice: Notice) -> None:
    ask(lambda: accounting.void(store_code=notice.store_code, number=notice.number, reason=notice.reason))


def _note(notice: Notice, error: AccountingFault | AccountingRefusal, pause: timedelta) -> None:
    void_notices.failed(notice, error=told(error), next_attempt_at=timezone.now() + pause)
    log.warning("accounting was not told that %s is void: %s", notice.number, error)
