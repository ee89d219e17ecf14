"""The audit: every conservation law, over everything. It reports and never repairs, and takes no locks."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from base.drift import Drift
from base.sql.laws import Walk, begin_reading
from orders.audit.db.findings import found, gone
from orders.audit.db.rounds import current_round, keep, replace_round
from orders.audit.db.walks import WALKS
from orders.audit.db.written import in_money
from orders.audit.models import AuditRound

DRIFTS_MAX = 1_000
CHUNK = 500
"""Rows that are looked at in one short transaction, with all that belongs to them."""
ROUND_EVERY = timedelta(hours=23)
NAMES = [walk.name for walk in WALKS]

log = logging.getLogger(__name__)


def audit() -> list[Drift]:
    """All, now: every drift, up to a thousand."""
    return list(islice((drift for walk in WALKS for _, drifts in _walked(walk) for drift in drifts), DRIFTS_MAX))


def whole_round(tell: Callable[[str, int, Sequence[Drift]], None]) -> tuple[int, int]:
    """All, now, in place of the day's round: how many rows it looked at, and how many drifts it found. Each part is
    told as it comes: what was looked at, how many rows, and what is wrong with them."""
    began, examined, drifts = timezone.now(), 0, 0
    for walk in WALKS:
        for ids, broken in _walked(walk):
            examined, drifts = examined + len(ids), drifts + len(broken)
            found(broken, now=timezone.now())
            tell(walk.name, len(ids), broken)
    replace_round(began_at=began, ended_at=timezone.now(), examined=examined, drifts=drifts)
    gone(before=began)
    return examined, drifts


def go_on(*, seconds: float) -> list[Drift]:
    """The next parts of the day's round, as many as that time allows and at least one: a round that was broken off goes
    on behind the last part that was looked at. None while the last round is less than a day old."""
    round_ = current_round()
    if round_.walk not in NAMES and not _begin(round_):
        return []
    until, drifts = time.monotonic() + seconds, list[Drift]()
    while round_.walk and (told := _step(round_)) is not None:
        drifts += told
        if time.monotonic() >= until:
            break
    return drifts[:DRIFTS_MAX]


def _begin(round_: AuditRound) -> bool:
    """Anew also where an update has left no walk of the name that it was at."""
    now = timezone.now()
    if not round_.walk and round_.began_at and now - round_.began_at < ROUND_EVERY:
        return False
    round_.walk, round_.after, round_.examined, round_.drifts, round_.began_at = NAMES[0], "", 0, 0, now
    return True


def _step(round_: AuditRound) -> list[Drift] | None:
    """One part, or to the next walk. None where somebody else has done and told it meanwhile."""
    walk = WALKS[NAMES.index(round_.walk)]
    ids = next_ids(walk, round_.after or None)
    drifts = look(walk, ids) if ids else []
    now = timezone.now()
    if ids:
        round_.after = str(ids[-1])
        round_.examined, round_.drifts = round_.examined + len(ids), round_.drifts + len(drifts)
    elif walk is WALKS[-1]:
        _end(round_, now=now)
    else:
        round_.walk, round_.after = NAMES[NAMES.index(walk.name) + 1], ""
    if not keep(round_, drifts, now=now):
        return None
    if not round_.walk and round_.began_at:
        gone(before=round_.began_at)
        log.info("audit: %s rows were looked at, %s drifts", round_.examined, round_.drifts)
    return drifts


def _end(round_: AuditRound, *, now: datetime) -> None:
    round_.walk, round_.after = "", ""
    round_.ended_at, round_.ended_examined, round_.ended_drifts = now, round_.examined, round_.drifts


def _walked(walk: Walk) -> Iterator[tuple[Sequence[Any], Sequence[Drift]]]:
    after = None
    while ids := next_ids(walk, after):
        yield ids, look(walk, ids)
        after = ids[-1]


def next_ids(walk: Walk, after: Any) -> list[Any]:
    return walk.ids(after, limit=CHUNK)


def look(walk: Walk, ids: Sequence[Any]) -> list[Drift]:
    """At these rows, as of one instant."""
    with transaction.atomic():
        begin_reading()
        return in_money(list(walk.drifts(ids)))
