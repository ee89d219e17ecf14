"""How far the changes can be told: up to the oldest transaction that may still write.

Whatever is numbered lower has ended, so what it changed is seen by now or never was; whatever commits late is numbered
from there on, and comes later. A transaction that is open delays what is behind it, and hides nothing.

After a dump was restored, PostgreSQL counts transactions from anew: the rows bear numbers that are yet to come. Where a
server was restored to an earlier time, or a standby took over without the last sales, numbers that followers have seen
are given out a second time. The feed's own row tells of both (base.sql.lineage): counting goes on above all numbers
that there are, and cursors of before are no good.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from base.sql.lineage import GOES_ON, MADE_NOW
from base.sql.retry_transient import again
from base.sql.sets import cursor
from orders.feed.db.changes import SOURCES

_SEEN = f"""
    SELECT id, ringup_xid_base() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint, now(), {GOES_ON}
    FROM orders_feedepoch
"""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('orders_feedepoch'))"

# Whoever writes one of them is waited for: its transaction is numbered as before.
_LOCK_ALL = f"LOCK TABLE {', '.join(source.table for source in SOURCES)} IN SHARE MODE"

_HIGHEST = " UNION ALL ".join(
    f"SELECT max((SELECT max(changed_in) FROM {source.table} AS told WHERE told.{source.store} = store.id)) AS highest"
    " FROM inventory_store AS store"
    for source in SOURCES
)
_BASE = f"SELECT max(highest) FROM ({_HIGHEST}) AS highest"

_COUNT_FROM = """
    CREATE OR REPLACE FUNCTION ringup_xid_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN {base:d}::bigint
"""

_FORGET = "DELETE FROM orders_feedepoch"

_BEGIN = f"""
    INSERT INTO orders_feedepoch (id, made_in, timeline) VALUES (gen_random_uuid(), {MADE_NOW})
"""


class Horizon(NamedTuple):
    """`before`: all transactions that are numbered lower have ended."""

    epoch: UUID
    before: int
    now: datetime


def horizon() -> Horizon:
    seen = _seen()
    return seen or _begin_anew()


def _seen() -> Horizon | None:
    row = cursor().execute(_SEEN.encode()).fetchone()
    return Horizon(*row[:3]) if row and row[3] else None


@again
def _begin_anew() -> Horizon:
    with transaction.atomic():
        cursor().execute(_LOCK)
        if not _seen():
            cursor().execute(_LOCK_ALL.encode())
            row = cursor().execute(_BASE).fetchone()
            cursor().execute(_COUNT_FROM.format(base=((row and row[0]) or 0) + 1).encode())
            cursor().execute(_FORGET)
            cursor().execute(_BEGIN.encode())
    seen = _seen()
    assert seen, "the feed's epoch was written by another transaction than says so"
    return seen
