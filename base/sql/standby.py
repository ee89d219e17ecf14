"""Reading from a standby, where it has all that there is.

A standby is late by as long as it takes to replay what the leader has written. So the leader is asked where it is,
which costs it next to nothing, and the standby whether it is as far. If not soon, or if it does not answer, the leader
is read. Meanwhile nothing of the leader is held: one that is away is waited for by whoever asks it, and by no sale.
Nobody is told less than what was committed when his call came: a till never sees its own past, nor anybody else's.

It has to be a standby of this very leader. One that another leader has left behind may be as far, on another timeline:
`is_of` is a condition that holds in what it has replayed, for the leader's `%(timeline)s`.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

from base.sql.faults import DATABASE_ERRORS
from base.sql.lineage import TIMELINE
from base.sql.renewal import return_connection
from base.sql.sets import cursor, read_from

ALIAS = "standby"
CATCHES_UP_WITHIN_S = 0.02
LOOKS_EVERY_S = 0.002
LEFT_ALONE_FOR_S = 2.0
"""One that was late or away is not asked by everybody who comes next."""
ANSWERS_WITHIN_S = 0.2
"""Or nobody else begins to ask it, until it does."""

_WHERE = f"SELECT pg_current_wal_flush_lsn() AS lsn, {TIMELINE} AS timeline"

_IS_THERE = """
    SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %(lsn)s::pg_lsn AND {is_of}
"""

Answer = TypeVar("Answer")


class Asks:
    """Those who ask the standby just now. After it failed somebody they are one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began: dict[int, float] = {}  # by thread
        self._has_failed = False
        self._again_at = 0.0

    def begin(self) -> bool:
        """Whether this thread may ask; then it ends that, too."""
        with self._lock:
            now = time.monotonic()
            may_last_s = 0.0 if self._has_failed else ANSWERS_WITHIN_S
            if now < self._again_at or any(now >= began + may_last_s for began in self._began.values()):
                return False
            self._began[threading.get_ident()] = now
            return True

    def end(self, *, has_all: bool) -> None:
        with self._lock:
            del self._began[threading.get_ident()]
            self._has_failed = not has_all
        if not has_all:
            self.leave_alone()

    def leave_alone(self) -> None:
        self._again_at = time.monotonic() + LEFT_ALONE_FOR_S


asks = Asks()


def is_named() -> bool:
    """Whether there is a standby to read from."""
    return ALIAS in connections.settings


def read_late(read: Callable[[], Answer], *, is_of: str) -> Answer:
    """What `read` returns, from the standby if it has all that the leader had when this began. `read` changes nothing,
    and may be called again. Not in a transaction."""
    if not is_named() or not asks.begin():
        return read()
    try:
        if _has_all(is_of):
            with read_from(ALIAS):
                return read()
    except DATABASE_ERRORS:
        connections[ALIAS].close()
        asks.leave_alone()
    return read()


def _has_all(is_of: str) -> bool:
    has_all = False
    try:
        where = _leader_is()
        return_connection()
        with read_from(ALIAS):
            has_all = _catches_up(where, is_of)
        return has_all
    finally:
        asks.end(has_all=has_all)


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
