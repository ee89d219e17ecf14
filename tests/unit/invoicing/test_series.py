"""Series of invoice numbers, and what is missing in them."""

import pytest

from orders.invoicing.core.series import Gaps, place_in_series


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("INV-main-2026-000017", ("INV-main-2026-#", 17)),
        ("417", ("#", 417)),
        ("2026/17/A", ("2026/#/A", 17)),
        ("none", None),
        ("٣", None),
        ("9" * 30, ("9" * 12 + "#", int("9" * 18))),
    ],
)
def test_the_last_digits_are_the_place(number: str, place: tuple[str, int] | None) -> None:
    assert place_in_series(number) == place


def test_what_is_skipped_is_counted_within_its_series() -> None:
    gaps = Gaps()
    came = ["A-1", "A-2", "B-7", "A-5", "A-3", "A-6", "B-8", "loose"]
    assert [gaps.missing_before(number) for number in came] == [0, 0, 0, 2, 0, 0, 0, 0]
