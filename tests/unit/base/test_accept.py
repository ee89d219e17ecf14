"""Which form of an answer a caller prefers."""

import pytest

from base.http.accept import preferred

OFFERED = ("application/json", "text/plain", "text/html")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, 0),
        ("", 0),
        ("*/*", 0),
        ("text/html", 2),
        ("text/*", 1),
        ("text/*;q=0.5, text/html", 2),
        ("text/*, text/plain;q=0.1", 2),
        ("application/json;q=0, */*;q=0.1", 1),
        ("text/plain;q=0.5,text/html;q=0.5", 1),
        ("text/html ; q=0.3 , text/plain ; Q=0.4", 1),
        ("text/html;q=high", 2),
        (",,text/html,", 2),
    ],
)
def test_the_highest_weight_wins_and_then_what_is_offered_first(accept: str | None, chosen: int) -> None:
    assert preferred(accept, OFFERED) == OFFERED[chosen]


@pytest.mark.parametrize("accept", ["image/*", "text/html;q=0", "*/*;q=0.000", "html", "text", ";q=1", ","])
def test_where_nothing_fits_there_is_nothing(accept: str) -> None:
    assert preferred(accept, OFFERED) is None
