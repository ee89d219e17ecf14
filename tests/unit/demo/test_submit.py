"""What a till counts as its cash."""

from typing import Any

import pytest

from project.demo.submit import cash_of

CARD = {"method": "card", "amount_minor": 300}


def cash(amount_minor: int) -> dict[str, Any]:
    return {"method": "cash", "amount_minor": amount_minor}


@pytest.mark.parametrize(
    ("body", "result", "minor"),
    [
        ({"tenders": [CARD, cash(1000)]}, {"change_minor": 250}, 750),
        ({"tenders": [CARD]}, {"change_minor": 0}, 0),
        ({"tenders": [cash(1000)]}, {}, 0),
        ({"lines": []}, {"refunds": [CARD, cash(120)]}, -120),
        ({"items": []}, {"skipped": []}, 0),
    ],
    ids=["with change", "no cash", "refused", "given back", "no money"],
)
def test_cash_is_what_went_into_the_drawer_less_what_came_out(
    body: dict[str, Any], result: dict[str, Any], minor: int
) -> None:
    assert cash_of(body, result) == minor
