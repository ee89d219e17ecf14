"""The audit: every conservation law, over everything. It reports and never repairs, and takes no locks."""

import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction

from inventory.core.drift import Drift
from inventory.db.audit import Walk, begin_reading
from orders.db.audit import WALKS

DRIFTS_MAX = 1_000
CHUNK = 500
"""Rows that are looked at in one short transaction, with all that belongs to them."""

log = logging.getLogger(__name__)


def audit() -> list[Drift]:
    """All, now: every drift, up to a thousand."""
    return list(islice((drift for walk in WALKS for drift in _walked(walk)), DRIFTS_MAX))


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
