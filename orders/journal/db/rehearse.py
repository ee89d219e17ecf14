"""Rehearsing: what commands would come to. They are decided as ever, on rows that are only looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from base.sql import clock
from base.sql.glance import Glance
from orders.commands.core.caller import Caller
from orders.commands.core.outcomes import Rejection
from orders.commands.core.rule import Applied
from orders.invoicing.db.numbers import count_free, lacks
from orders.invoicing.db.pool import is_used
from orders.journal.core.batch import Holders, Subject, subject_of
from orders.journal.core.fold import Folded, deal, fold, needed
from orders.journal.db.accept import Submission
from orders.journal.db.claim import DependsOnOthers, look_at, until_it_stands
from orders.journal.db.drawers import refused_by_drawers
from orders.journal.db.explain import explain
from orders.journal.db.holders import further
from orders.journal.db.load import Loaded, load_unlocked
from orders.journal.db.unstored import Unstored, unstored
from orders.sales.db.create import NewOrder

_Numbered: TypeAlias = tuple[Folded, Collection[UUID]]
"""What was decided, and the commands whose sales find a number."""

COMMANDS_MAX = 10_000
"""What is pending for the same orders and the store comes first; further than that nobody looks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """`is_numbered`: its sale would find an invoice number."""

    outcome: Applied | Rejection
    is_numbered: bool


def rehearse(
    glance: Glance, caller: Caller, submissions: Sequence[Submission], *, orders: Sequence[NewOrder]
) -> dict[UUID, Foretold]:
    """What would become of them by command id, without those that an operator has to free, and those that a payment
    provider would be asked for. `orders`: those of them that are new; the others are known to be the store's."""
    now = clock.now()
    new = unstored(caller, submissions, orders, now=now)
    subjects = {subject_of(one.order_id, caller.store_id) for one in submissions if one.drawer_id is None}

    def attempt(rung: Sequence[Subject], holders: Holders) -> _Numbered | DependsOnOthers:
        return _attempt(glance, rung, holders, new, now)

    folded, numbered = until_it_stands(sorted(subjects, key=str), attempt)
    glance.go_on()
    of_drawers = refused_by_drawers(new.drawers) if new.drawers else {}
    return {
        id_: Foretold(outcome=refused or Applied(order=None), is_numbered=False) for id_, refused in of_drawers.items()
    } | {
        one.command.id: Foretold(outcome=one.outcome, is_numbered=one.command.id in numbered)
        for one in explain(folded.decided, now=now)
    }


def _attempt(
    glance: Glance, rung: Sequence[Subject], holders: Holders, new: Unstored, now: datetime
) -> _Numbered | DependsOnOthers:
    glance.go_on()
    claimed = look_at(rung, new=new.orders, holders=holders)
    loaded = load_unlocked(claimed, commands_max=COMMANDS_MAX, new=new)
    folded = fold(loaded.batch, now=now, new_id=uuid7)
    glance.go_on()
    if folded.asked and (others := further(folded.asked, loaded.batch, now=now)):
        return DependsOnOthers(rung=rung, holders=others)
    with_numbers, numbered = _as_numbered(loaded, folded, now=now)
    if with_numbers.asked != folded.asked and (others := further(with_numbers.asked, loaded.batch, now=now)):
        return DependsOnOthers(rung=rung, holders=others)
    return with_numbers, numbered


def _as_numbered(loaded: Loaded, folded: Folded, *, now: datetime) -> _Numbered:
    """With the numbers that there are; where the shop insists on them, decided again with just those."""
    counts = needed(folded.decided)
    # A generator of the shop's own may not be asked: it need not take its numbers back.
    free: Mapping[int, int] = count_free(counts) if is_used() else counts
    if settings.INVOICE_POOL_EMPTY == "reject" and lacks(counts, free):
        folded = fold(loaded.batch, now=now, new_id=uuid7, numbers_max=free)
    return folded, deal(folded.decided, {store_id: [""] * count for store_id, count in free.items()}).keys()
