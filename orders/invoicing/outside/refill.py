"""Refilling the pool of invoice numbers from the accounting system, outside every lock.

Each step is committed before the next: requested, fetched, stored. Whoever takes over goes on from there.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from uuid_utils.compat import uuid7

from base.outside.asking import Fault, ask
from base.outside.lease_loop import Failure, Fate, Kind, Work, carry_out, next_attempt_at
from base.outside.share import Share
from base.sql import clock
from orders.accounting.port import Drafts
from orders.invoicing.core.draft_answer import as_kept, read_draft_answer
from orders.invoicing.core.pool import marks
from orders.invoicing.db import pool, restored
from orders.invoicing.db import refill as rows
from orders.invoicing.db.refill import Kept, Refill, stores

COUNT_MAX = 2_000
"""Numbers asked for at once; a larger pool is filled by several requests."""
STORES = 200
"""Looked at with one statement."""
VAIN_MAX_S = 2.0
"""After so long without an answer accounting hangs, and waiting for each further store would take as long: the run is
over, and the next one begins with those that were not asked."""
# Each store by itself: one that accounting has no answer for holds up no other. A pool of 200,000 may take minutes.
WORK = Work(share=Share(1, task="upkeep.refill_invoice_pool"), batch=1, probes=1, backoff_max_s=60, run_max_s=300)

log = logging.getLogger(__name__)


def refill_invoice_pool(accounting: Drafts) -> int:
    """Top up every store's pool that is below its low mark; how many free numbers came. After a restore what was free
    is set aside first."""
    restored.notice(now=clock.now())
    if not pool.is_used():
        return 0
    with WORK.share.taken() as is_free:
        if not is_free:
            return 0
        return sum(_top_ups(accounting))


def is_some_pool_below_low_mark() -> bool:
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


def _in_turn() -> Iterator[tuple[int, str]]:
    """Those that accounting had no answer for come last: one for which it is slow holds up no other."""
    failing: list[tuple[int, str]] = []
    for some in _every_store():
        unanswered = rows.unanswered([store_id for store_id, _ in some])
        yield from (store for store in some if store[0] not in unanswered)
        failing += (store for store in some if store[0] in unanswered)
    yield from failing


def _top_ups(accounting: Drafts) -> Iterator[int]:
    vain_s = 0.0
    for store_id, store_code in _in_turn():
        refills = _Refills(accounting, store_id, store_code)
        carry_out(WORK, refills)
        yield refills.came
        vain_s += refills.vain_s
        if vain_s > VAIN_MAX_S:
            return


@dataclass(slots=True)
class _Refills(Kind[Refill, Sequence[Any]]):
    """One store's, one after the other. `came`: numbers that are free now; `is_over`: the last one brought none;
    `vain_s`: how long was waited for no answer."""

    accounting: Drafts
    store_id: int
    store_code: str
    came: int = 0
    is_over: bool = False
    vain_s: float = 0.0

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Refill]:
        if self.is_over:
            return []
        with transaction.atomic():
            burn = pool.sample(self.store_id, now=now).burn_per_minute
        wanted = marks(burn, pool.bounds())
        # While a top-up is under way it goes on to the target, not only to the low mark.
        low = wanted.target if self.came else wanted.low
        rows.request(
            store_id=self.store_id, refill_id=uuid7(), low=low, target=wanted.target, count_max=COUNT_MAX, now=now
        )
        refill = rows.lease(store_id=self.store_id, now=now, until=until)
        return [refill] if refill else []

    def ask(self, item: Refill) -> Sequence[Any]:
        if item.answered is not None:
            return item.answered
        began = time.monotonic()
        try:
            return ask(lambda: as_kept(list(self._draft_ids(item))), of="accounting")
        except Fault:
            self.vain_s += time.monotonic() - began
            raise

    def done(self, answers: Sequence[tuple[Refill, Sequence[Any]]], *, lease_until: datetime, now: datetime) -> int:
        """What was answered is committed before it is used: whoever takes over from here asks nobody again."""
        for refill, answered in answers:
            if refill.answered is None:
                rows.fetched(refill.id, answered=answered, now=now)
            came, free = _store(replace(refill, answered=answered))
            self.came += free
            self.is_over = not came
        return len(answers)

    def failed(self, failures: Sequence[Failure[Refill]], *, lease_until: datetime) -> None:
        self.is_over = True
        for one in failures:
            later = one.next_attempt_at
            if one.fate is Fate.REFUSED:
                rows.refused(one.item, error=one.error, next_attempt_at=later, now=clock.now())
            else:
                rows.failed(one.item, error=one.error, next_attempt_at=later)

    def name(self, item: Refill) -> str:
        return f"refill {item.id} of store {self.store_code}"

    def _draft_ids(self, refill: Refill) -> Sequence[Any]:
        return self.accounting.draft_ids(store_code=self.store_code, count=refill.count, idempotency_key=str(refill.id))


def _store(refill: Refill) -> tuple[int, int]:
    """How many of the numbers came, and how many of those are free now."""
    assert refill.answered is not None
    answer = read_draft_answer(refill.answered, asked=refill.count)
    with transaction.atomic():
        kept = rows.lock(refill.id)
        if _is_stored(kept, refill.answered):
            return 0, 0
        store_id, at = kept.store_id, kept.fetched_at or clock.now()
        store = rows.store_aside if kept.of_lost_time else rows.store_free
        came = store(store_id=store_id, refill_id=refill.id, numbers=answer.numbers, fetched_at=at)
        void = rows.store_void(store_id=store_id, refill_id=refill.id, numbers=answer.surplus, fetched_at=at)
        note = answer.note(known=len(answer.numbers) + len(answer.surplus) - came - void)
        later = next_attempt_at(WORK, refill.attempts)
        rows.close(refill, stored_count=came + void, note=note, next_attempt_at=later, now=clock.now())
        free = 0 if kept.of_lost_time else came
        pool.expect(store_id, free)
    if note:
        log.warning("accounting's answer to refill %s is not right: %s", refill.id, note)
    return came, free


def _is_stored(kept: Kept, answered: Sequence[Any]) -> bool:
    """Somebody has stored the same answer; another one that comes late is not thrown away."""
    return kept.stored_at is not None and kept.answered == answered
