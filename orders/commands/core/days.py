"""Business days: the day that a sale belongs to, by its store's clock. A day may begin after midnight."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 24 * 60 * 60
AHEAD_MAX = timedelta(minutes=5)
BACK_MAX = timedelta(days=366)
"""What a till's clock may be ahead, and how long it may have been away."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A store's. `starts_at`: when its days begin, by the clock on its wall."""

    zone: tzinfo = UTC
    starts_at: time = time()

    def day_of(self, instant: datetime) -> date:
        """A day is what the clock on the wall says, however often it was put forward or back. Where the hour at which
        it begins comes twice, it has begun with the first."""
        local = instant.astimezone(self.zone)
        first = datetime.combine(local.date(), self.starts_at, self.zone)
        has_begun = local.time() >= self.starts_at or instant >= first.astimezone(UTC)
        return local.date() if has_begun else local.date() - timedelta(days=1)

    def end_of(self, day: date) -> datetime:
        """The first second that is of a later day."""
        noon = int(datetime.combine(day, time(12), UTC).timestamp())
        near = range(noon - 2 * _DAY_S, noon + 3 * _DAY_S)
        return _second(near[bisect_left(near, True, key=lambda second: self.day_of(_second(second)) > day)])


def _second(since_1970: int) -> datetime:
    return _EPOCH + timedelta(seconds=since_1970)


UTC_DAYS = Calendar()


def implausible(sold_at: datetime, *, now: datetime) -> str | None:
    """Why nothing can have been sold at that instant, as its till is told."""
    if sold_at > now + AHEAD_MAX:
        return "The order was sold more than 5 minutes from now: the till's clock is wrong."
    if sold_at < now - BACK_MAX:
        return "The order was sold more than 366 days ago: the till's clock is wrong."
    return None
