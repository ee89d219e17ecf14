"""Online tenders: who is asked, when a pay waits, and what a provider is told of what came of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Code, CommandState, Rejection
from orders.commands.core.payloads import Pay
from orders.commands.core.tenders import Method
from orders.journal.core.fold import Folded
from orders.journal.core.fold import fold as core_fold
from orders.payments.core.authorization import Undecided
from orders.payments.core.instructions import InstructionKind, instructions
from tests.unit.build import (
    NOW,
    apply,
    batch,
    card,
    cash,
    command,
    details,
    level,
    line,
    money_of,
    new_id,
    online,
    online_of,
    order,
    world,
)

REQUESTED, AUTHORIZED, DECLINED = AuthorizationState
CAPTURE, VOID, REFUND = InstructionKind


def answered(pay: Command, *states: AuthorizationState) -> list[Authorization]:
    """Of each online tender, in their order."""
    assert isinstance(pay.payload, Pay)
    tenders = [(at, one) for at, one in enumerate(pay.payload.tenders) if one.method is Method.ONLINE]
    return [
        Authorization(id=new_id(), position=at, state=state, amount_minor=one.amount_minor, detail="no funds")
        for (at, one), state in zip(tenders, states, strict=True)
    ]


def fold(found: Order, *commands: Command, known: dict[UUID, list[Authorization]] | None = None) -> Folded:
    loaded = replace(batch([found], [level("TEA", 2)], *commands), authorizations=known or {})
    return core_fold(loaded, now=NOW, new_id=new_id)


def pay_for(found: Order, *tenders: dict[str, Any], **more: Any) -> Command:
    return command(Kind.PAY, found, tenders=list(tenders), **more)


def told(folded: Folded, known: dict[UUID, list[Authorization]]) -> list[tuple[InstructionKind, int]]:
    outcomes = ((one.command, one.outcome) for one in folded.decided)
    return [(one.kind, one.amount_minor) for one in instructions(outcomes, known)]


def test_each_online_tender_is_asked_for_and_nothing_else_happens() -> None:
    found = order(line("TEA", 2))
    pay = pay_for(found, online(300), cash(200), online(400, token="tok-other"))
    folded = fold(found, pay)
    assert folded.decided == []
    (waits,) = folded.awaiting
    assert waits.command == pay
    asked = [(one.position, one.provider, one.token, one.amount_minor) for one in waits.requested]
    assert asked == [(0, "bank", "tok-visa", 300), (2, "bank", "tok-other", 400)]


def test_later_commands_of_the_order_wait_behind_and_others_are_decided() -> None:
    found, other = order(line("TEA", 1)), order(line("TEA", 1))
    pay, cancel, sale = pay_for(found, online(450)), command(Kind.CANCEL, found), pay_for(other, card(450))
    loaded = batch([found, other], [level("TEA", 2)], pay, cancel, sale)
    folded = core_fold(loaded, now=NOW, new_id=new_id)
    assert [one.command for one in folded.decided] == [sale]
    (waits,) = folded.awaiting
    assert waits.behind == [cancel]
    assert list(waits.states()) == [
        Undecided(pay.id, CommandState.AWAITING, None),
        Undecided(cancel.id, CommandState.PENDING, pay.id),
    ]


@pytest.mark.parametrize(
    ("states", "waits_on"),
    [((REQUESTED, AUTHORIZED), True), ((AUTHORIZED, AUTHORIZED), False), ((DECLINED, REQUESTED), False)],
)
def test_a_pay_waits_while_an_answer_is_missing_that_matters_and_asks_nobody_twice(states: Any, waits_on: bool) -> None:
    found = order(line("TEA", 1))
    pay = pay_for(found, online(300), online(150))
    folded = fold(found, pay, known={pay.id: answered(pay, *states)})
    assert [waits.requested for waits in folded.awaiting] == ([[]] if waits_on else [])


def test_what_is_authorized_is_taken_and_captured() -> None:
    found = order(line("TEA", 1))
    pay = pay_for(found, online(300), cash(200))
    known = {pay.id: answered(pay, AUTHORIZED)}
    folded = fold(found, pay, known=known)
    after = folded.decided[0].outcome
    assert not isinstance(after, Rejection)
    assert after.order
    assert (money_of(after.order), online_of(after.order)) == (
        ((Method.ONLINE, 300), (Method.CASH, 150)),
        ((known[pay.id][0].id, 300),),
    )
    assert told(folded, known) == [(CAPTURE, 300)]


def test_a_decline_refuses_the_pay_and_voids_the_others() -> None:
    found = order(line("TEA", 1))
    pay = pay_for(found, online(300), online(150))
    known = {pay.id: answered(pay, AUTHORIZED, DECLINED)}
    folded = fold(found, pay, known=known)
    refused = folded.decided[0].outcome
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.detail) == (Code.PAYMENT_DECLINED, "The payment was declined. 1.50 GBP: no funds.")
    assert details(refused) == [{"tender": 1, "amount_minor": 150, "reason": "no funds"}]
    assert told(folded, known) == [(VOID, 300)]


def test_what_is_not_known_yet_is_not_voided() -> None:
    """The stock is gone, and an operator had the pay tried again: whoever gets the answer voids it."""
    found = order(line("TEA", 3))
    pay = pay_for(found, online(1000), online(350))
    known = {pay.id: answered(pay, AUTHORIZED, REQUESTED)}
    folded = fold(found, pay, known=known)
    assert told(folded, known) == [(VOID, 1000)]


def test_a_refund_is_spread_over_what_each_authorization_took() -> None:
    first, second = UUID(int=1), UUID(int=2)
    found = order(
        line("TEA", 2, shipped=2),
        status=Status.PAID,
        money={Method.ONLINE: 700, Method.CASH: 200},
        online=((first, 300), (second, 400)),
    )
    one = [{"line_id": None, "sku": "TEA", "quantity": 1, "condition": "sellable"}]
    back, after = apply(found, Kind.RETURN, world(level("TEA", 0)), lines=one)
    assert [(one.authorization_id, one.amount_minor) for one in back.money_moved] == [(first, 300), (second, 150)]
    assert (online_of(after), money_of(after)) == (
        ((first, 0), (second, 250)),
        ((Method.ONLINE, 250), (Method.CASH, 200)),
    )
    rest, _ = apply(after, Kind.RETURN, world(level("TEA", 1)), lines=one)
    assert [(one.method, one.amount_minor) for one in rest.money_moved] == [("online", 250), ("cash", 200)]


def test_refunds_follow_the_tenders_that_they_give_back() -> None:
    found = order(line("TEA", 1))
    pay, cancel = pay_for(found, online(450)), command(Kind.CANCEL, found)
    known = {pay.id: answered(pay, AUTHORIZED)}
    assert told(fold(found, pay, cancel, known=known), known) == [(CAPTURE, 450), (REFUND, 450)]
