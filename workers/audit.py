"""The audit: every conservation law, over everything. It reports and never repairs, and takes no locks."""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.core.drift import Drift
from inventory.db.audit import Walk, begin_reading
from orders.db.audit import WALKS
from orders.db.audit_rounds import current_round, keep
from orders.models import AuditRound

DRIFTS_MAX = 1_000
CHUNK = 500
"""Rows that are looked at in one short transaction, with all that belongs to them."""
ROUND_EVERY = timedelta(hours=23)

log = logging.getLogger(__name__)


def audit() -> list[Drift]:
    """All, now: every drift, up to a thousand."""
    return list(islice((drift for walk in WALKS for drift in _walked(walk)), DRIFTS_MAX))


def go_on(*, seconds: float) -> list[Drift]:
    """The next parts of the day's round, as many as that time allows and at least one: a round that was broken off goes
    on behind the last part that was looked at. None while the last round is less than a day old."""
    round_ = current_round()
    if not round_.walk and not _begin(round_):
        return []
    until, drifts = time.monotonic() + seconds, list[Drift]()
    while round_.walk:
        drifts += _step(round_)
        if time.monotonic() >= until:
            break
    return drifts[:DRIFTS_MAX]


def _begin(round_: AuditRound) -> bool:
    now = timezone.now()
    if round_.began_at and now - round_.began_at < ROUND_EVERY:
        return False
    round_.walk, round_.after, round_.examined, round_.drifts, round_.began_at = WALKS[0].name, "", 0, 0, now
    return True


def _step(round_: AuditRound) -> list[Drift]:
    """One part, or to the next walk. Where two do the same part, it is told twice."""
    names = [walk.name for walk in WALKS]
    walk = WALKS[names.index(round_.walk)]
    ids = next_ids(walk, round_.after or None)
    drifts = look(walk, ids) if ids else []
    if ids:
        round_.after = str(ids[-1])
        round_.examined, round_.drifts = round_.examined + len(ids), round_.drifts + len(drifts)
    elif walk is WALKS[-1]:
        _end(round_)
    else:
        round_.walk, round_.after = names[names.index(walk.name) + 1], ""
    keep(round_)
    return drifts


def _end(round_: AuditRound) -> None:
    round_.walk, round_.after = "", ""
    round_.ended_at, round_.ended_examined, round_.ended_drifts = timezone.now(), round_.examined, round_.drifts
    log.info("audit: %s rows were looked at, %s drifts", round_.examined, round_.drifts)


def _walked(walk: Walk) -> Iterator[Drift]:
    after = None
    while ids := next_ids(walk, after):
        yield from look(walk, ids)
        after = ids[-1]


def next_ids(walk: Walk, after: Any) -> list[Any]:
    return walk.ids(after, limit=CHUNK)


def look(walk: Walk, ids: Sequence[Any]) -> list[Drift]:
    """At these rows, as of one instant."""
    with transaction.atomic():
        begin_reading()
        drifts = list(walk.drifts(ids))
    for drift in drifts:
        log.error("drift: %s: %s: %s (command %s)", drift.law, drift.subject, drift.detail, drift.command_id)
    return drifts
