"""Extending: a hold that would lapse is kept for longer, once; and how long a hold lasts that names no time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orders.core.machine import Kind, Status
from orders.core.order import Order
from orders.core.outcomes import Code
from tests.unit.core.build import NOW, apply, hold, level, line, order, refuse, told, world

A_MINUTE = timedelta(minutes=1)


def reserved(*, until: timedelta | None = A_MINUTE, **fields: Any) -> Order:
    tea = line("TEA", 2)
    end = None if until is None else NOW + until
    holds = (hold(tea, 1, expires_at=end), hold(tea, 1, expires_at=end))
    return order(tea, status=Status.PROCESSING, holds=holds, **fields)


@pytest.mark.parametrize("until", [A_MINUTE, -A_MINUTE])
def test_every_hold_of_the_order_ends_later(until: timedelta) -> None:
    found = reserved(until=until)
    extended, after = apply(found, Kind.EXTEND, world(level("TEA", 2, 2)), expires_in_s=600)
    end = NOW + timedelta(seconds=600)
    assert after == replace(
        found, holds=tuple(replace(held, expires_at=end) for held in found.holds), hold_extended_at=NOW
    )
    assert told(extended, "expires_at") == (end.isoformat(),)
    assert (extended.levels, extended.stock_moved) == ({}, [])


def test_once() -> None:
    refused = refuse(reserved(hold_extended_at=NOW - A_MINUTE), Kind.EXTEND, world(), expires_in_s=600)
    assert refused.code is Code.TRANSITION_NOT_ALLOWED
    assert refused.detail == "The hold was extended before; it can be extended once."


def test_a_new_reservation_may_be_extended_again() -> None:
    shelves = world(level("TEA", 2))
    _, draft = apply(reserved(hold_extended_at=NOW), Kind.RELEASE, world(level("TEA", 2, 2)))
    _, held = apply(draft, Kind.RESERVE, shelves, expires_in_s=60)
    assert held.hold_extended_at is None


def test_a_hold_without_an_end_is_not_extended() -> None:
    refused = refuse(reserved(until=None), Kind.EXTEND, world(), expires_in_s=600)
    assert (refused.code, refused.detail) == (Code.HOLD_NOT_FOUND, "The order has no hold that would lapse.")


@pytest.mark.parametrize(
    ("named_s", "usual_s", "lasts_s"),
    [
        pytest.param(60, 900, 60, id="as named"),
        pytest.param(None, 900, 900, id="as usual in this store"),
        pytest.param(60, 0, 60, id="named, where none is usual"),
        pytest.param(None, 0, None, id="without end"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.RESERVE, Kind.EXTEND])
def test_how_long_a_hold_lasts(kind: Kind, named_s: int | None, usual_s: int, lasts_s: int | None) -> None:
    found = reserved() if kind is Kind.EXTEND else order(line("TEA", 2))
    shelves = world(level("TEA", 4, 2), hold_expires_s=usual_s)
    _, after = apply(found, kind, shelves, expires_in_s=named_s)
    end = None if lasts_s is None else NOW + timedelta(seconds=lasts_s)
    assert {held.expires_at for held in after.holds} == {end}
