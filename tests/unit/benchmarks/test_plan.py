"""How long a run takes is known before it begins."""

from dataclasses import replace

from benchmarks.contenders import CONTENDERS
from benchmarks.plan import BEGIN_S, FULL, QUICK, STAGES_S, TIMED_SALE_S, TURN_S, Part

NAMES = [one.name for one in CONTENDERS]


def test_a_whole_run_takes_less_than_twelve_minutes_and_a_quick_one_less_than_two() -> None:
    assert FULL.seconds(NAMES) < 12 * 60
    assert QUICK.seconds(NAMES) < 2 * 60


def test_who_is_left_out_takes_no_time() -> None:
    some = replace(
        FULL, rounds=2, warm_up_s=1, window_s=5, timed_sales=100, only=frozenset({"view", "singles", Part.STAGES})
    )
    assert some.seconds(NAMES) == BEGIN_S + 2 * 2 * (6 + TURN_S) + STAGES_S + 100 * TIMED_SALE_S
