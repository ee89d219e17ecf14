"""An unpaid order's wait for stock ends when what it holds would lapse, also where it holds nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orders.commands.core.holds import lapses_at, lost_its_hold
from orders.commands.core.machine import Kind, PaymentTerms, Status
from orders.commands.core.order import Order
from orders.commands.core.rule import Applied
from tests.unit.build import NOW, apply, batch, cash, command, fold, hold, level, line, refuse, shipment, world

A_MINUTE = timedelta(minutes=1)
IN_A_MINUTE = NOW + A_MINUTE


def waiting(*, until: Any = IN_A_MINUTE, held: int = 0, **fields: Any) -> Order:
    tea = line("TEA", 3, backordered=3 - held)
    holds = (hold(tea, held, expires_at=until),) if held else ()
    usual: dict[str, Any] = {"status": Status.PROCESSING, "backordered_at": NOW - A_MINUTE, "awaits_until": until}
    return shipment(tea, holds=holds, **usual | fields)


@pytest.mark.parametrize(
    ("there", "until"),
    [
        pytest.param(0, IN_A_MINUTE, id="nothing is held"),
        pytest.param(2, IN_A_MINUTE, id="some is held"),
        pytest.param(3, None, id="nothing is waited for"),
    ],
)
def test_it_ends_when_the_hold_would(there: int, until: Any) -> None:
    found = shipment(line("TEA", 3))
    _, after = apply(found, Kind.RESERVE, world(level("TEA", there)), shortage="backorder", expires_in_s=60)
    assert after.awaits_until == until
    assert lapses_at(after) == IN_A_MINUTE


def test_a_reservation_without_an_end_waits_without_an_end() -> None:
    _, after = apply(shipment(line("TEA", 3)), Kind.RESERVE, world(level("TEA", 0)), shortage="backorder")
    assert after.awaits_until is None
    assert lapses_at(after) is None


@pytest.mark.parametrize(("until", "lost"), [(IN_A_MINUTE, False), (NOW, True), (None, False)])
def test_it_is_over_at_its_end_and_not_before(until: Any, lost: bool) -> None:
    assert lost_its_hold(waiting(until=until), now=NOW) is lost


def test_an_order_whose_wait_is_over_is_released_before_its_next_command() -> None:
    found = waiting(until=NOW)
    released, allocated = fold(batch([found], [level("TEA", 9)], command(Kind.ALLOCATE, found)))
    assert isinstance(released.outcome, Applied)
    after = released.outcome.order
    assert after
    assert (after.status, after.hold_expired_at, after.awaits_until) == (Status.DRAFT, NOW, None)
    assert not isinstance(allocated.outcome, Applied)


def test_an_extension_moves_it() -> None:
    _, after = apply(waiting(), Kind.EXTEND, world(), expires_in_s=600)
    assert after.awaits_until == NOW + timedelta(seconds=600)
    _, after = apply(waiting(held=1), Kind.EXTEND, world(level("TEA", 1, 1)), expires_in_s=600)
    assert {after.awaits_until, *(held.expires_at for held in after.holds)} == {NOW + timedelta(seconds=600)}


def test_it_is_extended_only_to_be_longer() -> None:
    refused = refuse(waiting(), Kind.EXTEND, world(), expires_in_s=30)
    assert refused.detail == f"The hold lasts until {IN_A_MINUTE.isoformat()} already: ask for longer."


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.PAY, {"tenders": [cash(1350)]}),
        (Kind.PAY, {"tenders": [cash(1)], "partial": True}),
        (Kind.RELEASE, {}),
        (Kind.CANCEL, {}),
    ],
)
@pytest.mark.parametrize("held", [0, 1])
def test_what_ends_it_for_good(kind: Kind, payload: dict[str, Any], held: int) -> None:
    _, after = apply(waiting(held=held), kind, world(level("TEA", 1, held)), **payload)
    assert after.awaits_until is None
    assert lapses_at(after) is None


def test_what_is_being_shipped_no_longer_lapses() -> None:
    found = waiting(held=1, payment_terms=PaymentTerms.ON_ACCOUNT)
    _, after = apply(found, Kind.FULFILL, world(level("TEA", 1, 1)))
    assert (after.status, after.awaits_until, lapses_at(after)) == (Status.PARTIALLY_SHIPPED, None, None)


@pytest.mark.parametrize(("there", "until"), [(2, IN_A_MINUTE), (3, None)])
def test_what_came_lapses_with_the_rest(there: int, until: Any) -> None:
    _, after = apply(waiting(), Kind.ALLOCATE, world(level("TEA", there)))
    assert after.awaits_until == until
    assert [held.expires_at for held in after.holds] == [IN_A_MINUTE]


@pytest.mark.parametrize("gone", [1, 2])
def test_what_gave_way_is_waited_for_as_long_as_it_was_held(gone: int) -> None:
    tea = line("TEA", 2)
    held = hold(tea, 2, expires_at=IN_A_MINUTE)
    found = shipment(tea, status=Status.PROCESSING, holds=(held,))
    rows = [{"sku": "TEA", "location": "shop", "quantity": gone}]
    _, after = apply(found, Kind.BACKORDER, world(level("TEA", 2, 2)), items=rows)
    assert after.awaits_until == IN_A_MINUTE
    assert lapses_at(after) == IN_A_MINUTE
    _, back = apply(replace(after, holds=()), Kind.EXTEND, world(), expires_in_s=600)
    assert back.awaits_until == NOW + timedelta(seconds=600)
