"""Refilling the pool of invoice numbers from the accounting system, outside every lock.

Each step is committed before the next: requested, fetched, stored. Whoever takes over goes on from there.
"""

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from base.outside.backoff import pause_max_s
from base.outside.share import Share
from orders.accounting.outside.asking import ask, told
from orders.accounting.port import AccountingFault, AccountingRefusal, Drafts
from orders.invoicing.core.draft_answer import as_kept, read_draft_answer
from orders.invoicing.core.pool import marks
from orders.invoicing.db import pool
from orders.invoicing.db.refill import Kept, Refill, close, failed, fetched, lease, lock, refused, request, stores
from orders.invoicing.db.refill_store import store_free, store_void

COUNT_MAX = 2_000
"""Numbers asked for at once; a larger pool is filled by several requests."""
REQUESTS_MAX = 100
STORES = 200
"""Looked at with one statement."""
LEASE = timedelta(seconds=60)
"""Longer than any call to accounting takes."""
BACKOFF_MAX_S = 60

log = logging.getLogger(__name__)
_share = Share(1, task="upkeep.refill_invoice_pool")


def refill_invoice_pool(accounting: Drafts) -> int:
    """Top up every store's pool that is below its low mark; how many free numbers came."""
    if not pool.is_used():
        return 0
    with _share.taken() as is_free:
        if not is_free:
            return 0
        return sum(_top_up(accounting, store_id, code) for some in _every_store() for store_id, code in some)


def is_some_store_thirsty() -> bool:
    """Whether any pool is below its low mark."""
    return any(pools_below_low_mark([store_id for store_id, _ in some]) for some in _every_store())


def pools_below_low_mark(store_ids: Sequence[int]) -> list[int]:
    """Which of the stores have a pool below its low mark."""
    if not pool.is_used():
        return []
    burns = pool.burns(store_ids)
    return pool.below({store_id: marks(burns[store_id], pool.bounds()).low for store_id in store_ids})


def _every_store() -> Iterator[Sequence[tuple[int, str]]]:
    """Ids and codes, so many at a time: a chain may have thousands."""
    some = stores(after=0, limit=STORES)
    while some:
        yield some
        some = stores(after=some[-1][0], limit=STORES)


def _top_up(accounting: Drafts, store_id: int, store_code: str) -> int:
    came = 0
    for _ in range(REQUESTS_MAX):
        now = timezone.now()
        with transaction.atomic():
            burn = pool.sample(store_id, now=now).burn_per_minute
        wanted = marks(burn, pool.bounds())
        # While a top-up is under way it goes on to the target, not only to the low mark.
        low = wanted.target if came else wanted.low
        request(store_id=store_id, refill_id=uuid7(), low=low, target=wanted.target, count_max=COUNT_MAX, now=now)
        refill = lease(store_id=store_id, now=now, lasts=LEASE)
        stored = _carry_out(accounting, store_code, refill) if refill else 0
        if not stored:
            break
        came += stored
    return came


def _carry_out(accounting: Drafts, store_code: str, refill: Refill) -> int:
    if refill.answered is None:
        try:
            answered = ask(lambda: list(_draft_ids(accounting, store_code, refill)))
        except AccountingFault as error:
            failed(refill, error=told(error), next_attempt_at=_later(refill))
            log.warning("accounting gave store %s no invoice numbers: %s", store_code, error)
            return 0
        except AccountingRefusal as error:
            refused(refill, error=told(error), next_attempt_at=_later(refill), now=timezone.now())
            log.warning("accounting refused store %s invoice numbers: %s", store_code, error)
            return 0
        refill = replace(refill, answered=as_kept(answered))
        fetched(refill.id, answered=as_kept(answered), now=timezone.now())
    return _store(refill)


def _draft_ids(accounting: Drafts, store_code: str, refill: Refill) -> Sequence[Any]:
    return accounting.draft_ids(store_code=store_code, count=refill.count, idempotency_key=str(refill.id))


def _store(refill: Refill) -> int:
    """How many of the numbers are free now."""
    assert refill.answered is not None
    answer = read_draft_answer(refill.answered, asked=refill.count)
    with transaction.atomic():
        kept = lock(refill.id)
        if _is_stored(kept, refill.answered):
            return 0
        store_id, at = kept.store_id, kept.fetched_at or timezone.now()
        free = store_free(store_id=store_id, refill_id=refill.id, numbers=answer.numbers, fetched_at=at)
        void = store_void(store_id=store_id, refill_id=refill.id, numbers=answer.surplus, fetched_at=at)
        note = answer.note(known=len(answer.numbers) + len(answer.surplus) - free - void)
        close(refill, stored_count=free + void, note=note, next_attempt_at=_later(refill), now=timezone.now())
        pool.expect(store_id, free)
    if note:
        log.warning("accounting's answer to refill %s is not right: %s", refill.id, note)
    return free


def _is_stored(kept: Kept, answered: Sequence[Any]) -> bool:
    """Somebody has stored the same answer; another one that comes late is not thrown away."""
    return kept.stored_at is not None and kept.answered == answered


def _later(refill: Refill) -> datetime:
    """Full jitter, so that the stores of a chain do not all come back at once."""
    pause_s = random.uniform(0, pause_max_s(refill.attempts, cap_s=BACKOFF_MAX_S))
    return timezone.now() + timedelta(seconds=pause_s)
