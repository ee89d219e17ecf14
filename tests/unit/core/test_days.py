"""Business days, by clocks that are put forward and back, and where days begin after midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.core.days import Calendar, implausible

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "starts_at", "instant", "day"),
    [
        pytest.param("UTC", "00:00", "2026-11-20T00:00:00+00:00", "2026-11-20", id="midnight begins a day"),
        pytest.param("UTC", "00:00", "2026-11-20T23:59:59.999999+00:00", "2026-11-20", id="its last moment"),
        pytest.param("Europe/London", "04:00", "2026-11-21T03:59:59+00:00", "2026-11-20", id="a bar after midnight"),
        pytest.param("Europe/London", "04:00", "2026-11-21T04:00:00+00:00", "2026-11-21", id="a bar in the morning"),
        pytest.param("Europe/Berlin", "00:00", "2026-11-20T23:30:00+00:00", "2026-11-21", id="east of Greenwich"),
        pytest.param("America/Los_Angeles", "00:00", "2026-11-21T07:59:00+00:00", "2026-11-20", id="west of it"),
        pytest.param("Pacific/Kiritimati", "00:00", "2026-11-20T10:00:00+00:00", "2026-11-21", id="14 hours ahead"),
        pytest.param("Asia/Kathmandu", "00:00", "2026-11-20T18:15:00+00:00", "2026-11-21", id="a quarter of an hour"),
        pytest.param("Europe/Berlin", "02:30", "2026-03-29T00:59:00+00:00", "2026-03-28", id="before the lost hour"),
        pytest.param("Europe/Berlin", "02:30", "2026-03-29T01:00:00+00:00", "2026-03-29", id="after the lost hour"),
        pytest.param("Europe/Berlin", "00:00", "2026-10-25T22:59:00+00:00", "2026-10-25", id="25 hours of a day"),
        pytest.param("Europe/Berlin", "00:00", "2026-10-25T23:00:00+00:00", "2026-10-26", id="and the day after"),
        pytest.param("UTC", "00:00", "2026-11-21T01:30:00+05:00", "2026-11-20", id="the till's offset is its own"),
    ],
)
def test_day_of(zone: str, starts_at: str, instant: str, day: str) -> None:
    of_store = Calendar(ZoneInfo(zone), time.fromisoformat(starts_at))
    assert of_store.day_of(datetime.fromisoformat(instant)) == date.fromisoformat(day)


def test_without_a_word_days_are_those_of_utc() -> None:
    assert Calendar().day_of(NOW) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("ago", "is_believed"),
    [
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
        (timedelta(days=366), True),
        (timedelta(days=366, seconds=1), False),
    ],
)
def test_what_a_tills_clock_may_say(ago: timedelta, is_believed: bool) -> None:
    assert (implausible(NOW - ago, now=NOW) is None) is is_believed
