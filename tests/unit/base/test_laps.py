"""How long stages took is told so that nothing between them is lost."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from base.laps import Laps, ms_between

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_stages_add_up_to_the_whole_and_one_that_comes_again_to_what_it_took_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([1.0, 1.002, 1.003, 1.0074])
    monkeypatch.setattr(time, "perf_counter", lambda: next(seconds))
    taken = Laps()
    for stage in ("claim", "decide", "claim"):
        taken.lap(stage)
    assert taken.rounded() == {"claim": 6.4, "decide": 1.0}


def test_where_two_clocks_differ_nothing_took_less_than_no_time() -> None:
    assert ms_between(NOON, NOON + timedelta(milliseconds=12.34)) == 12.3
    assert ms_between(NOON, NOON - timedelta(seconds=1)) == 0.0
