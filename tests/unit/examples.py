"""An example of every outcome: the least that produces it, in order of precedence."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import Method
from orders.drawers.core.refusals import ALREADY_OPEN, NOT_OPEN
from tests.unit.build import (
    NOW,
    batch,
    cash,
    command,
    decide,
    fold,
    hold,
    level,
    line,
    online,
    order,
    shipment,
    world,
)

Outcome = Applied | Rejection

STRANGER = str(UUID(int=0))

# A code that the source does not name yet, and why.
NOT_YET = {
    Code.ORDER_NOT_FOUND: "The journal takes in no command for an order that is not there; the API answers 404.",
}


def answer(found: Order, kind: Kind, *levels: Any, **payload: Any) -> Outcome:
    return decide(found, command(kind, found, **payload), world(*levels))


def returned(sku: str, quantity: int) -> dict[str, Any]:
    return {"line_id": None, "sku": sku, "quantity": quantity, "condition": "sellable"}


def pool_empty() -> Outcome:
    found = order(line("TEA", 1))
    pay = command(Kind.PAY, found, tenders=[cash(450)])
    return fold(batch([found], [level("TEA", 1)], pay), numbers=0)[0].outcome


def declined(found: Order, *levels: Any, short_by: int = 0) -> Outcome:
    pay = command(Kind.PAY, found, tenders=[online(found.total_minor - short_by)])
    asked = Authorization(
        id=pay.id, position=0, state=AuthorizationState.DECLINED, amount_minor=450, detail="insufficient funds"
    )
    return decide(found, pay, world(*levels, authorizations={pay.id: [asked]}))


def sold(quantity: int) -> Order:
    tea = line("TEA", quantity, shipped=quantity)
    return order(tea, status=Status.PAID, money={Method.CASH: 450 * quantity})


def reserved() -> Order:
    tea = line("TEA", 1)
    return shipment(tea, status=Status.PROCESSING, holds=(hold(tea, 1),))


def expired() -> Order:
    return order(line("TEA", 1), hold_expired_at=NOW - timedelta(minutes=1))


EXAMPLES: dict[Code, Callable[[], Outcome]] = {
    Code.APPLIED: lambda: answer(order(), Kind.CANCEL),
    Code.ORDER_CANCELLED: lambda: answer(order(status=Status.CANCELLED), Kind.CANCEL),
    Code.ORDER_ALREADY_PAID: lambda: answer(sold(1), Kind.PAY, tenders=[]),
    Code.ORDER_NOT_DRAFT: lambda: answer(reserved(), Kind.RESERVE),
    Code.TRANSITION_NOT_ALLOWED: lambda: answer(order(), Kind.DELIVER),
    Code.ORDER_EMPTY: lambda: answer(order(), Kind.RESERVE),
    Code.ORDER_NOT_PAID: lambda: answer(reserved(), Kind.FULFILL),
    Code.LINE_NOT_FOUND: lambda: answer(sold(1), Kind.RETURN, lines=[returned("CUP", 1)]),
    Code.QUANTITY_EXCEEDS_REMAINING: lambda: answer(sold(1), Kind.RETURN, lines=[returned("TEA", 2)]),
    Code.PAYMENT_DOES_NOT_MATCH_TOTAL: lambda: answer(order(line("TEA", 1)), Kind.PAY, tenders=[cash(1)]),
    Code.PAYMENT_DECLINED: lambda: declined(order(line("TEA", 1)), level("TEA", 1)),
    Code.HOLD_NOT_FOUND: lambda: answer(reserved(), Kind.EXTEND, expires_in_s=60),
    Code.HOLD_EXPIRED: lambda: answer(expired(), Kind.PAY, tenders=[cash(450)]),
    Code.STOCK_INSUFFICIENT: lambda: answer(order(line("TEA", 1)), Kind.RESERVE),
    Code.INVOICE_POOL_EMPTY: pool_empty,
    Code.DRAWER_NOT_OPEN: lambda: NOT_OPEN,
    Code.DRAWER_ALREADY_OPEN: lambda: ALREADY_OPEN,
}


def several_faults_at_once() -> Iterator[tuple[str, Code, Callable[[], Outcome]]]:
    """What is wrong, the first of it by precedence, and the example."""
    cup = line("CUP", 2)
    holding = {"status": Status.PROCESSING, "holds": (hold(cup, 1),)}
    on_the_way = shipment(cup, money={Method.CARD: 2400}, **holding)
    left_in_part = shipment(line("CUP", 2, shipped=1), status=Status.PARTIALLY_SHIPPED)
    unknown, too_many = {"line_id": STRANGER, "quantity": 1}, {"line_id": str(cup.id), "quantity": 3}
    gone = order(status=Status.CANCELLED, money={Method.CASH: 0})
    yield "cancelled, paid, empty", Code.ORDER_CANCELLED, lambda: answer(gone, Kind.PAY, tenders=[cash(1)])
    yield "paid, no draft", Code.ORDER_ALREADY_PAID, lambda: answer(sold(1), Kind.RESERVE)
    yield "no draft, empty", Code.ORDER_NOT_DRAFT, lambda: answer(order(status=Status.SHIPPED), Kind.RESERVE)
    yield "no way from draft, unpaid", Code.TRANSITION_NOT_ALLOWED, lambda: answer(shipment(cup), Kind.FULFILL)
    yield (
        "a draft, no hold that would lapse",
        Code.TRANSITION_NOT_ALLOWED,
        lambda: answer(shipment(cup), Kind.EXTEND, expires_in_s=60),
    )
    yield "empty, wrong money", Code.ORDER_EMPTY, lambda: answer(order(), Kind.PAY, tenders=[cash(1)])
    yield "unpaid, unknown line", Code.ORDER_NOT_PAID, lambda: answer(left_in_part, Kind.FULFILL, lines=[unknown])
    yield (
        "unknown line, too many",
        Code.LINE_NOT_FOUND,
        lambda: answer(on_the_way, Kind.FULFILL, lines=[too_many, unknown]),
    )
    yield (
        "unknown SKU, too many",
        Code.LINE_NOT_FOUND,
        lambda: answer(sold(1), Kind.RETURN, lines=[returned("TEA", 2), returned("CUP", 1)]),
    )
    yield (
        "too many, stock short",
        Code.QUANTITY_EXCEEDS_REMAINING,
        lambda: answer(on_the_way, Kind.FULFILL, level("CUP", 1, 1), lines=[too_many]),
    )
    yield (
        "wrong money, hold expired",
        Code.PAYMENT_DOES_NOT_MATCH_TOTAL,
        lambda: answer(expired(), Kind.PAY, tenders=[cash(449)]),
    )
    yield "wrong money, declined", Code.PAYMENT_DOES_NOT_MATCH_TOTAL, lambda: declined(order(cup), short_by=1)
    yield "declined, hold expired", Code.PAYMENT_DECLINED, lambda: declined(expired())
    yield "declined, stock short", Code.PAYMENT_DECLINED, lambda: declined(order(cup))
    yield "hold expired, stock short", Code.HOLD_EXPIRED, lambda: answer(expired(), Kind.PAY, tenders=[cash(450)])
