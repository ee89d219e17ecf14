"""The audit's look at what was touched since its last one: a drift is found within a minute after it was made.

It finds whatever a command, the relay or an import wrote, and what should have been done by now. Rows that were changed
past all of them leave no place in any source; those are found by the round (orders.audit.round), or as soon as
something touches them again.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from base.drift import Drift
from base.sql import clock
from base.sql.laws import Walk, begin_reading
from orders.audit.db.rounds import current_look, keep
from orders.audit.db.touched import SOURCES, Instant, Touched, instant, touched
from orders.audit.db.walks import COMMANDS, MOVED, ORDERS, UNDONE
from orders.audit.db.written import in_money
from orders.audit.models import AuditLook

ROWS_MAX = 500
"""Rows that are looked at in one short transaction, with all that belongs to them."""
MARK_EVERY = timedelta(minutes=1)
"""Longer than a statement may take between drawing a number and writing its row."""
HALF_OF_ALL_TRANSACTIONS = 2**31
AT_LEAST_EVERY = timedelta(hours=1)
NAMES = [*SOURCES, UNDONE.name]


def look_on(*, seconds: float) -> list[Drift]:
    """The next parts of the look, as many as that time allows and at least one; the next one where none goes on."""
    look = current_look()
    if look.source not in NAMES:
        _begin(look, now=clock.now())
    until, drifts = time.monotonic() + seconds, list[Drift]()
    while look.source and (told := _step(look)) is not None:
        drifts += told
        if time.monotonic() >= until:
            break
    return drifts


def is_due(now: datetime) -> bool:
    """Whether anything was touched. In an idle shop now and then all the same, to be seen alive."""
    look = current_look()
    if look.source or look.looked_at is None or now - look.looked_at > AT_LEAST_EVERY:
        return True
    return any(
        touched(source, after=look.floor[source], since=look.next_since, limit=1)
        for source in SOURCES
        if source in look.floor
    )


def _begin(look: AuditLook, *, now: datetime) -> None:
    """One that an update has left without its source begins anew, with what it has not seen."""
    seen = instant()
    if not look.source:
        look.since = look.next_since
    if look.since is not None and not 0 <= seen.open_until - look.since < HALF_OF_ALL_TRANSACTIONS:
        # Of a database from which this one was restored, or too long ago to tell: all above the floor is looked at.
        look.since, look.mark_until = None, seen.open_until
    _move_floor(look, seen, now=now)
    look.next_since = seen.open_from
    look.source, look.after, look.examined, look.drifts, look.began_at = NAMES[0], "", 0, 0, now


def _move_floor(look: AuditLook, seen: Instant, *, now: datetime) -> None:
    """Whoever was writing when a mark was made has been looked at before its place is trusted. And the floor is the
    mark before that, for whoever had drawn a number then and not begun to write."""
    if look.marked_at is None:
        look.floor = look.next_floor = seen.places  # what was before is the round's
    elif now - look.marked_at < MARK_EVERY or look.since is None or look.since < look.mark_until:
        return
    else:
        look.floor, look.next_floor = look.next_floor, look.mark
    look.floor, look.next_floor = seen.places | look.floor, seen.places | look.next_floor
    look.mark, look.mark_until, look.marked_at = seen.places, seen.open_until, now


def _step(look: AuditLook) -> list[Drift] | None:
    """One part, or to the next source. None where somebody else has done and told it meanwhile."""
    with transaction.atomic():
        begin_reading()
        rows = _rows(look)
        drifts = _drifts(rows) if look.source in SOURCES else [*UNDONE.drifts([0])]
    now = clock.now()
    if rows:
        look.after = str(rows[-1].at)
    look.examined, look.drifts = look.examined + len(rows), look.drifts + len(drifts)
    if len(rows) < ROWS_MAX:
        _go_to_the_next(look)
    return drifts if keep(look, drifts, now=now) else None


def _rows(look: AuditLook) -> list[Touched]:
    if look.source not in SOURCES:
        return []
    return touched(look.source, after=look.after or look.floor[look.source], since=look.since, limit=ROWS_MAX)


def _go_to_the_next(look: AuditLook) -> None:
    following = NAMES[NAMES.index(look.source) + 1 :]
    look.source, look.after = next(iter(following), ""), ""
    if not look.source:
        look.looked_at, look.looked_examined, look.looked_drifts = look.began_at, look.examined, look.drifts


def _drifts(rows: Sequence[Touched]) -> list[Drift]:
    walks: list[tuple[Walk, list[Any]]] = [
        (MOVED, [row.movement_id for row in rows if row.movement_id]),
        (ORDERS, sorted({row.order_id for row in rows if row.order_id})),
        (COMMANDS, sorted({row.command_id for row in rows if row.command_id})),
    ]
    return in_money([drift for walk, ids in walks if ids for drift in walk.drifts(ids)])
