"""Extending: a hold that would lapse is kept for longer, once; and how long a hold lasts that names no time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code
from tests.unit.build import NOW, apply, hold, level, line, order, refuse, told, world

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
    ],
)
@pytest.mark.parametrize("kind", [Kind.RESERVE, Kind.EXTEND])
def test_how_long_a_hold_lasts(kind: Kind, named_s: int | None, usual_s: int, lasts_s: int) -> None:
    found = reserved(until=A_MINUTE / 2) if kind is Kind.EXTEND else order(line("TEA", 2))
    shelves = world(level("TEA", 4, 2), hold_expires_s=usual_s)
    _, after = apply(found, kind, shelves, expires_in_s=named_s)
    assert {held.expires_at for held in after.holds} == {NOW + timedelta(seconds=lasts_s)}


def test_where_no_time_is_usual_a_hold_lasts_until_it_is_released() -> None:
    _, after = apply(order(line("TEA", 2)), Kind.RESERVE, world(level("TEA", 4, 2)))
    assert {held.expires_at for held in after.holds} == {None}


def test_an_extension_does_not_make_a_hold_endless() -> None:
    refused = refuse(reserved(), Kind.EXTEND, world(level("TEA", 4, 2)))
    assert refused.code is Code.TRANSITION_NOT_ALLOWED
    assert refused.detail == "No time is usual for holds in this store: say for how long, with expires_in_s."


@pytest.mark.parametrize(("named_s", "usual_s"), [(60, 0), (1, 900), (None, 30)])
def test_an_extension_does_not_shorten_a_hold(named_s: int | None, usual_s: int) -> None:
    refused = refuse(reserved(), Kind.EXTEND, world(level("TEA", 4, 2), hold_expires_s=usual_s), expires_in_s=named_s)
    assert refused.code is Code.TRANSITION_NOT_ALLOWED
    assert refused.detail == "The hold lasts until 2026-11-21T10:31:00+00:00 already: ask for longer."


def test_of_several_holds_each_lasts_longer_or_as_it_did() -> None:
    tea = line("TEA", 3)
    ends = (NOW + A_MINUTE, NOW + 9 * A_MINUTE, None)
    holds = tuple(hold(tea, 1, expires_at=end) for end in ends)
    extended, after = apply(order(tea, status=Status.PROCESSING, holds=holds), Kind.EXTEND, world(), expires_in_s=120)
    assert [held.expires_at for held in after.holds] == [NOW + 2 * A_MINUTE, NOW + 9 * A_MINUTE, None]
    assert told(extended, "expires_at") == ((NOW + 2 * A_MINUTE).isoformat(),)
