"""Business days, by clocks that are put forward and back, and where days begin after midnight."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from orders.commands.core.days import Calendar, implausible

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
        pytest.param("Europe/London", "01:30", "2026-10-25T00:29:00+00:00", "2026-10-24", id="before the hour twice"),
        pytest.param("Europe/London", "01:30", "2026-10-25T00:30:00+00:00", "2026-10-25", id="the hour's first time"),
        pytest.param("Europe/London", "01:30", "2026-10-25T01:15:00+00:00", "2026-10-25", id="the clock went back"),
        pytest.param("America/Havana", "00:00", "2026-03-08T04:59:59+00:00", "2026-03-07", id="midnight is left out"),
        pytest.param("America/Havana", "00:00", "2026-03-08T05:00:00+00:00", "2026-03-08", id="after no midnight"),
        pytest.param("UTC", "00:00", "2026-11-21T01:30:00+05:00", "2026-11-20", id="the till's offset is its own"),
    ],
)
def test_day_of(zone: str, starts_at: str, instant: str, day: str) -> None:
    of_store = Calendar(ZoneInfo(zone), time.fromisoformat(starts_at))
    assert of_store.day_of(datetime.fromisoformat(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize("starts_at", ["00:00", "01:30", "02:00", "04:00", "23:59"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/Havana", "America/Santiago", "Asia/Kathmandu"])
def test_days_follow_each_other_and_none_is_left_out(zone: str, starts_at: str) -> None:
    """An instant later is never a day before."""
    of_store = Calendar(ZoneInfo(zone), time.fromisoformat(starts_at))
    quarters = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(4 * 24 * 366))
    steps = {after - before for before, after in pairwise(map(of_store.day_of, quarters))}
    assert steps == {timedelta(0), timedelta(days=1)}


@pytest.mark.parametrize("starts_at", ["00:00", "01:30", "02:30", "04:00", "23:59"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/Havana", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_a_day_ends_where_the_next_one_begins(zone: str, starts_at: str) -> None:
    of_store = Calendar(ZoneInfo(zone), time.fromisoformat(starts_at))
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(366)):
        end = of_store.end_of(day)
        assert of_store.day_of(end - timedelta(seconds=1)) == day
        assert of_store.day_of(end) == day + timedelta(days=1)


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
