"""How a pool of invoice numbers is kept."""

import pytest

from orders.invoicing.core.pool import HALF_LIFE_S, Bounds, Marks, burn_rate, marks, minutes_to_empty

BOUNDS = Bounds(low=500, target=2_000, target_max=50_000, covers_min=30)


@pytest.mark.parametrize(
    ("burn", "expected"),
    [
        (0, Marks(500, 2_000)),
        (66, Marks(500, 2_000)),
        (100, Marks(750, 3_000)),
        (100.01, Marks(750, 3_001)),
        (1_000, Marks(7_500, 30_000)),
        (1e9, Marks(12_500, 50_000)),
    ],
)
def test_the_target_covers_half_an_hour_within_its_bounds_and_the_low_mark_keeps_its_share(
    burn: float, expected: Marks
) -> None:
    assert marks(burn, BOUNDS) == expected


def test_a_shop_may_fill_up_late() -> None:
    assert marks(1_000, Bounds(low=0, target=10, target_max=10, covers_min=30)) == Marks(0, 10)


def test_a_rush_has_half_the_say_after_one_half_life_and_nearly_all_after_ten() -> None:
    a_minute = 60 / HALF_LIFE_S
    assert burn_rate(0, taken=round(100 / a_minute), seconds=HALF_LIFE_S) == pytest.approx(50)
    assert burn_rate(0, taken=round(1_000 / a_minute), seconds=10 * HALF_LIFE_S) == pytest.approx(100, rel=0.01)
    assert burn_rate(100, taken=0, seconds=10 * HALF_LIFE_S) < 0.1


def test_looking_more_often_changes_nothing() -> None:
    once = burn_rate(30, taken=120, seconds=60)
    often = 30.0
    for _ in range(60):
        often = burn_rate(often, taken=2, seconds=1)
    assert often == pytest.approx(once)


def test_no_time_is_no_news() -> None:
    assert burn_rate(7, taken=5, seconds=0) == 7
    assert burn_rate(7, taken=-5, seconds=1e9) == pytest.approx(0)


def test_how_long_it_lasts() -> None:
    assert minutes_to_empty(300, 60) == 5
    assert minutes_to_empty(0, 60) == 0
    assert minutes_to_empty(300, 0) is None
    assert minutes_to_empty(300, 0.0001) is None
