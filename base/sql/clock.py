"""What time it is, by the database's clock. Those of machines differ: what one has written, the next would find to be
in the future, or long over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from base.sql.sets import cursor

Whose = TypeVar("Whose")

HEARD_FOR_S = 10.0
"""So long a clock that nobody sets goes on from what the database said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """`at`: what the database's clock said in an answer that came when ours, which nobody sets, was at `ours_s`."""

    at: datetime
    ours_s: float

    def now(self) -> datetime:
        """Late by the way of that answer at most, hence never ahead of the database."""
        return self.at + timedelta(seconds=time.monotonic() - self.ours_s)


_last: Heard | None = None


def now() -> datetime:
    """Every ten seconds at most this is a statement. Errors: what the database says."""
    if _last is None or not 0 <= time.monotonic() - _last.ours_s <= HEARD_FOR_S:
        return asked()
    return _last.now()


def heard() -> datetime | None:
    """As `now`, of what the last answer said, however long ago; None: there was none. Asks nobody."""
    return None if _last is None else _last.now()


def instead_of(now: Callable[[Whose], datetime]) -> Callable[[Whose], datetime]:
    """A method that tells the machine's time, by the database's clock as soon as that was heard. Asks nobody."""

    def heard_now(whose: Whose) -> datetime:
        return heard() or now(whose)

    return heard_now


def asked() -> datetime:
    """As the database says just now: whatever anybody wrote by `now` is not in its future. Errors: as `now`."""
    row = cursor().execute("SELECT clock_timestamp()").fetchone()
    assert row
    return hear(row[0]).now()


def hear(at: datetime) -> Heard:
    """An answer that came just now says what time it is."""
    global _last
    _last = Heard(at, time.monotonic())
    return _last
