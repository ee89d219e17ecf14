"""Rehearsing: what commands would come to. They are accepted and decided as ever, and then all of it is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from uuid_utils.compat import uuid7

from orders.core.caller import Caller
from orders.core.changes import Applied
from orders.core.fold import Folded, fold
from orders.core.holders import NOBODY, Holders
from orders.core.outcomes import Rejection
from orders.db.accept import Submission, accept_many
from orders.db.claim import Subject, claim
from orders.db.create import NewOrder
from orders.db.explain import explain
from orders.db.holders import further
from orders.db.load import Loaded, load
from orders.db.numbers import needed, take_free
from orders.db.pool import is_used

COMMANDS_MAX = 10_000
"""What is pending for the same orders and the store comes first; further than that nobody looks ahead."""

ATTEMPTS_MAX = 5
"""As often as a worker: the second has whose holds matter, unless somebody else came in between."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`accepted`: as `accept_many` answers. `outcomes`: by command id, without those that an operator has to free, and
    those that a payment provider would be asked for."""

    accepted: Mapping[UUID, datetime]
    outcomes: Mapping[UUID, Applied | Rejection]


def rehearse(caller: Caller, submissions: Sequence[Submission], *, orders: Sequence[NewOrder]) -> Rehearsed:
    """Locks, for a moment, what running the commands would lock; waits at most `lock_timeout` (SQLSTATE 55P03)."""
    holders = NOBODY
    for _ in range(ATTEMPTS_MAX):
        rehearsed, others = _once(caller, submissions, orders, holders)
        if not others:
            break
        holders |= others
    return rehearsed


def _once(
    caller: Caller, submissions: Sequence[Submission], orders: Sequence[NewOrder], holders: Holders
) -> tuple[Rehearsed, Holders]:
    """What it comes to, as far as it depends on these holders, and on whom it depends besides."""
    with transaction.atomic():
        accepted = accept_many(caller, submissions, orders=orders)
        subjects = {one.order_id or caller.store_id for one in submissions if one.id in accepted}
        folded, others = _decide(sorted(subjects, key=str), holders)
        decided = explain(folded.decided, now=timezone.now())
        transaction.set_rollback(True)
    return Rehearsed(accepted, {one.command.id: one.outcome for one in decided}), others


def _decide(subjects: Sequence[Subject], holders: Holders) -> tuple[Folded, Holders]:
    claimed = claim(subjects, commands_max=COMMANDS_MAX, helps=False, holders=holders)
    loaded = load(claimed, commands_max=COMMANDS_MAX)
    now = timezone.now()
    folded = _fold(loaded, now=now)
    others = further(folded.asked, loaded.batch, now=now)
    # A generator of the shop's own may not be asked: it need not take its numbers back.
    if settings.INVOICE_POOL_EMPTY == "reject" and is_used():
        free = {store_id: len(numbers) for store_id, numbers in take_free(needed(folded.decided)).items()}
        folded = _fold(loaded, now=now, numbers_max=free)
    return folded, others


def _fold(loaded: Loaded, *, now: datetime, numbers_max: Mapping[int, int] | None = None) -> Folded:
    strategy = import_string(settings.ALLOCATION_STRATEGY)
    return fold(loaded.batch, now=now, new_id=uuid7, strategy=strategy, numbers_max=numbers_max)
