"""Reading from a standby, where it has all that there is.

A standby is late by as long as it takes to replay what the leader has written. So the leader is asked where it is,
which costs it next to nothing, and the standby whether it is as far. If not soon, or if it does not answer, the leader
is read.
Nobody is told less than what was committed when his call came: a till never sees its own past, nor anybody else's.

It has to be a standby of this very leader. One that another leader has left behind may be as far, on another timeline:
`is_of` is a condition that holds in what it has replayed, for the leader's `%(timeline)s`.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

from base.sql.faults import DATABASE_ERRORS
from base.sql.lineage import TIMELINE
from base.sql.sets import cursor, read_from

ALIAS = "standby"
CATCHES_UP_WITHIN_S = 0.02
LOOKS_EVERY_S = 0.002
LEFT_ALONE_FOR_S = 2.0
"""One that was late or away is not asked by everybody who comes next."""

_WHERE = f"SELECT pg_current_wal_flush_lsn() AS lsn, {TIMELINE} AS timeline"

_IS_THERE = """
    SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %(lsn)s::pg_lsn AND {is_of}
"""

Answer = TypeVar("Answer")

_asked_again_at = 0.0


def is_named() -> bool:
    """Whether there is a standby to read from."""
    return ALIAS in connections.settings


def read_late(read: Callable[[], Answer], *, is_of: str) -> Answer:
    """What `read` returns, from the standby if it has all that the leader had when this began. `read` changes nothing,
    and may be called again. Not in a transaction."""
    if not is_named() or time.monotonic() < _asked_again_at:
        return read()
    try:
        where = _leader_is()
        with read_from(ALIAS):
            if _catches_up(where, is_of):
                return read()
    except DATABASE_ERRORS:
        connections[ALIAS].close()
    _leave_alone()
    return read()


def _leader_is() -> dict[str, str]:
    row = cursor().execute(_WHERE.encode()).fetchone()
    assert row
    return {"lsn": row[0], "timeline": row[1]}


def _catches_up(where: dict[str, str], is_of: str) -> bool:
    until = time.monotonic() + CATCHES_UP_WITHIN_S
    while True:
        row = cursor().execute(_IS_THERE.format(is_of=is_of).encode(), where).fetchone()
        if row and row[0]:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(LOOKS_EVERY_S)


def _leave_alone() -> None:
    global _asked_again_at
    _asked_again_at = time.monotonic() + LEFT_ALONE_FOR_S
