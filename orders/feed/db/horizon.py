"""How far the changes can be told: up to the oldest transaction that may still write.

Whatever is numbered lower has ended, so what it changed is seen by now or never was; whatever commits late is numbered
from there on, and comes later. A transaction that is open delays what is behind it, and hides nothing.

After a dump was restored, PostgreSQL counts transactions from anew: the rows bear numbers that are yet to come. Where a
server was restored to an earlier time, or a standby took over without the last sales, numbers that followers have seen
are given out a second time. The feed's own row tells of both (base.sql.lineage): counting goes on above all numbers
that there are, and cursors of before are no good.

Where a synchronous standby took over, no change that was told is lost, and the epoch stays. But numbers of transactions
that were undone, which a cursor may be past, are given out again. None of them is as low as that of the transaction
that wrote the row last, which the standby has: cursors of before the failover are led back to there. The row is written
anew all the time, so that little is told twice.

A standby that only reads tells what its row tells: it has it from the server that wrote it.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from base.sql.lineage import AS_IT_IS, AWAITS_STANDBY, FOLLOWS, GOES_ON, IS_PAST, MADE_NOW, NOT_OURS
from base.sql.retry_transient import again
from base.sql.sets import cursor
from orders.feed.db.changes import SOURCES

_SEEN = f"""
    SELECT id, ringup_xid_base() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint, now(),
        ('x' || timeline)::bit(32)::bigint, ringup_xid_base() + made_in,
        CASE WHEN pg_is_in_recovery() THEN true ELSE {GOES_ON} END
    FROM orders_feedepoch
"""

IS_OF = """EXISTS (
    SELECT FROM orders_feedepoch WHERE timeline = %(timeline)s
)"""
"""Whether what a standby has replayed is of the leader with that timeline."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('orders_feedepoch'))"

# Whoever writes one of them is waited for: its transaction is numbered as before.
_LOCK_ALL = f"LOCK TABLE {', '.join(source.table for source in SOURCES)} IN SHARE MODE"

_HIGHEST = " UNION ALL ".join(
    f"SELECT max((SELECT max(changed_in) FROM {source.table} AS told WHERE told.{source.store} = store.id)) AS highest"
    " FROM inventory_store AS store"
    for source in SOURCES
)
_BASE = f"SELECT max(highest) FROM ({_HIGHEST}) AS highest"

_COUNT_FROM = "SELECT ringup_count_from(%s)"

_FORGET = "DELETE FROM orders_feedepoch"

_BEGIN = f"""
    INSERT INTO orders_feedepoch (id, made_in, timeline, awaits_standby) VALUES (gen_random_uuid(), {MADE_NOW})
"""

_CARRY_ON = f"UPDATE orders_feedepoch SET {AS_IT_IS} WHERE {FOLLOWS} AND {IS_PAST}"

_RENEW = f"UPDATE orders_feedepoch SET {AS_IT_IS} WHERE {FOLLOWS} AND ({IS_PAST} OR {AWAITS_STANDBY})"

_DISOWN = f"UPDATE orders_feedepoch SET {NOT_OURS}"


class Horizon(NamedTuple):
    """`before`: all transactions that are numbered lower have ended. `timeline`: the server's; `renewed_in`: the number
    of a transaction that whoever takes over from here has."""

    epoch: UUID
    before: int
    now: datetime
    timeline: int
    renewed_in: int


def horizon() -> Horizon:
    if seen := _seen():
        return seen
    carry_on()
    return _seen() or _begin_anew()


def carry_on() -> None:
    """The epoch stays where a standby took over that has all that was told, or where none is waited for any more."""
    cursor().execute(_CARRY_ON.encode())


def renew() -> None:
    """Where commits wait for a standby, the row is written anew, and says that they still do."""
    cursor().execute(_RENEW.encode())


def disown() -> None:
    """Whoever asks next finds that the database was restored, and followers begin anew. Locks the epoch."""
    cursor().execute(_DISOWN.encode())


def _seen() -> Horizon | None:
    row = cursor().execute(_SEEN.encode()).fetchone()
    return Horizon(*row[:-1]) if row and row[-1] else None


@again
def _begin_anew() -> Horizon:
    with transaction.atomic():
        cursor().execute(_LOCK)
        if not _seen():
            cursor().execute(_LOCK_ALL.encode())
            row = cursor().execute(_BASE).fetchone()
            cursor().execute(_COUNT_FROM, [((row and row[0]) or 0) + 1])
            cursor().execute(_FORGET)
            cursor().execute(_BEGIN.encode())
    seen = _seen()
    assert seen, "the feed's epoch was written by another transaction than says so"
    return seen
