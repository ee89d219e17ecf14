"""Holds with an end: reserved for a time, released when they lapse, and what a late payment finds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from inventory.core.levels import StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.holds import expiry
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied, World
from tests.unit.build import (
    NOW,
    applied,
    apply,
    batch,
    cash,
    code_of,
    command,
    decide,
    fold,
    hold,
    key,
    level,
    line,
    new_id,
    order,
    refuse,
    rejected,
    result,
    shipment,
    shortages,
    told,
    world,
)

A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("seconds", "expires_at"), [(90, NOW + timedelta(seconds=90)), (None, None)])
def test_a_reservation_holds_every_line_until_its_end(seconds: int | None, expires_at: Any) -> None:
    tea, cup = line("TEA", 2), line("CUP", 1)
    found = order(tea, cup, line("POSTAGE", 1), hold_expired_at=NOW - A_MINUTE)
    reserved, after = apply(found, Kind.RESERVE, world(level("TEA", 2), level("CUP", 4, 3)), expires_in_s=seconds)
    assert reserved.stock_moved == [
        StockMoved(key("TEA"), MovementKind.RESERVE, 0, 2, 2, 2),
        StockMoved(key("CUP"), MovementKind.RESERVE, 0, 1, 4, 4),
    ]
    assert [(held.line_id, held.quantity, held.expires_at) for held in after.holds] == [
        (tea.id, 2, expires_at),
        (cup.id, 1, expires_at),
    ]
    assert after == replace(found, status=Status.PROCESSING, holds=after.holds, hold_expired_at=None)
    said = expires_at.isoformat() if expires_at else None
    assert told(reserved, "expires_at", "skipped", "backordered") == (said, ["POSTAGE"], [])
    assert (reserved.money_moved, reserved.entries, reserved.takes_number) == ([], [], False)


def test_a_reservation_is_all_or_nothing() -> None:
    found = order(line("TEA", 2), line("CUP", 2), line("CUP", 3))
    refused = refuse(found, Kind.RESERVE, world(level("TEA", 2), level("CUP", 4)))
    assert refused.code is Code.STOCK_INSUFFICIENT
    assert shortages(refused) == [("CUP", 5, 4, 4)]


@pytest.mark.parametrize(("skip", "code"), [(True, None), (False, Code.STOCK_INSUFFICIENT)])
def test_a_reservation_skips_what_has_no_level_only_if_told_to(skip: bool, code: Code | None) -> None:
    found, shelves = order(line("TEA", 1), line("CUP", 1)), world(level("TEA", 1))
    if code:
        assert refuse(found, Kind.RESERVE, shelves, skip_missing=skip).code is code
    else:
        reserved, after = apply(found, Kind.RESERVE, shelves, skip_missing=skip)
        assert result(reserved)["skipped"] == ["CUP"]
        assert [held.key for held in after.holds] == [key("TEA")]


@pytest.mark.parametrize("reason", ["", "customer left"])
def test_a_release_drops_the_holds(reason: str) -> None:
    tea = line("TEA", 3)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1), hold(tea, 2)))
    released, after = apply(found, Kind.RELEASE, world(level("TEA", 5, 4)), reason=reason or None)
    assert released.stock_moved == [StockMoved(key("TEA"), MovementKind.RELEASE, 0, -3, 5, 1)]
    assert after == replace(found, status=Status.DRAFT, holds=())
    assert released.reason == reason


def expire(found: Order, shelves: World) -> Applied | Rejection:
    return decide(found, expiry(found, new_id=new_id), shelves)


def test_a_hold_lapses_at_its_end_and_not_before() -> None:
    tea = line("TEA", 1)
    shelves = world(level("TEA", 1, 1))
    early, now = (
        order(tea, status=Status.PROCESSING, holds=(hold(tea, 1, expires_at=end),))
        for end in (NOW + timedelta(microseconds=1), NOW)
    )
    refused = rejected(expire(early, shelves))
    assert (refused.code, refused.detail) == (Code.HOLD_NOT_FOUND, "No hold of this order has lapsed.")
    released = applied(expire(now, shelves))
    after = released.order
    assert after
    assert (after.status, after.holds, after.hold_expired_at) == (Status.DRAFT, (), NOW)
    assert released.reason == "hold_expired"


def test_a_hold_without_an_end_never_lapses() -> None:
    tea = line("TEA", 1)
    found = order(tea, status=Status.PROCESSING, holds=(hold(tea, 1),))
    assert code_of(expire(found, world(level("TEA", 1, 1)))) is Code.HOLD_NOT_FOUND


@pytest.mark.parametrize("sale", [order, shipment])
def test_a_late_payment_that_can_be_served_succeeds(sale: Any) -> None:
    found = sale(line("TEA", 2), hold_expired_at=NOW - A_MINUTE)
    _, after = apply(found, Kind.PAY, world(level("TEA", 2)), tenders=[cash(900)])
    assert after.is_paid


@pytest.mark.parametrize("sale", [order, shipment])
def test_a_late_payment_that_cannot_be_served_blames_the_expiry(sale: Any) -> None:
    found = sale(line("TEA", 2), hold_expired_at=NOW - A_MINUTE)
    refused = refuse(found, Kind.PAY, world(level("TEA", 1)), tenders=[cash(900)])
    assert refused.code is Code.HOLD_EXPIRED
    assert refused.detail.startswith("The hold expired at 2026-11-21T10:29:00+00:00. Not enough stock.")
    assert shortages(refused) == [("TEA", 2, 1, 1)]


def test_a_release_by_hand_is_not_an_expiry_whatever_its_reason() -> None:
    tea = line("TEA", 2)
    held = order(tea, status=Status.PROCESSING, holds=(hold(tea, 2, expires_at=NOW + A_MINUTE),))
    _, draft = apply(held, Kind.RELEASE, world(level("TEA", 2, 2)), reason="hold_expired")
    assert draft.hold_expired_at is None
    assert refuse(draft, Kind.PAY, world(level("TEA", 1)), tenders=[cash(900)]).code is Code.STOCK_INSUFFICIENT


@pytest.mark.parametrize("sale", [order, shipment])
@pytest.mark.parametrize("on_hand", [2, 5])
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.PAY, {"tenders": [cash(1350)]}),
        (Kind.PAY, {"tenders": [cash(1350)], "shortage": "backorder"}),
        (Kind.PAY, {"tenders": [cash(1)], "partial": True}),
        (Kind.RESERVE, {}),
        (Kind.RESERVE, {"expires_in_s": 60}),
        (Kind.RELEASE, {}),
        (Kind.EXTEND, {"expires_in_s": 60}),
        (Kind.FULFILL, {}),
        (Kind.CANCEL, {}),
        (Kind.ALLOCATE, {}),
    ],
)
def test_whether_the_task_has_been_by_changes_nothing(sale: Any, on_hand: int, kind: Kind, payload: Any) -> None:
    tea = line("TEA", 3, backordered=1)
    found = sale(tea, status=Status.PROCESSING, holds=(hold(tea, 2, expires_at=NOW),), backordered_at=NOW - A_MINUTE)
    shelves = level("TEA", on_hand, 2)
    swept = applied(expire(found, world(shelves)))
    assert swept.order
    released, outcome = (one.outcome for one in fold(batch([found], [shelves], command(kind, found, **payload))))
    assert released == swept
    (after,) = fold(batch([swept.order], [*swept.levels.values()], command(kind, swept.order, **payload)))
    assert without_ids(outcome) == without_ids(after.outcome)


def without_ids(outcome: Applied | Rejection) -> Any:
    if isinstance(outcome, Rejection):
        return outcome
    assert outcome.order
    holds = tuple(replace(one, id=UUID(int=0)) for one in outcome.order.holds)
    payments = tuple(replace(one, id=UUID(int=0)) for one in outcome.order.payments)
    moved = [replace(one, id=UUID(int=0)) for one in outcome.money_moved]
    return replace(outcome, order=replace(outcome.order, holds=holds, payments=payments), money_moved=moved)
