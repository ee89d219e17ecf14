"""Tenders, change, refunds and the double entries that record them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from orders.core.changes import EntryWritten, MoneyMoved
from orders.core.entries import REVENUE
from orders.core.machine import PaymentStatus
from orders.core.order import Order
from orders.core.outcomes import Code, Rejection
from orders.core.tenders import EntryKind, Method, PaymentKind


@dataclass(frozen=True, slots=True)
class Settled:
    money_moved: list[MoneyMoved]
    change_minor: int


def settle(*, due_minor: int, tenders: list[dict[str, Any]], expected_total_minor: int | None) -> Settled | Rejection:
    """Match the tenders with what is due. Only cash may exceed it; the difference is the change."""
    tendered = sum(tender["amount_minor"] for tender in tenders)
    cash = sum(tender["amount_minor"] for tender in tenders if tender["method"] == Method.CASH)
    change = tendered - due_minor
    if expected_total_minor not in (None, due_minor):
        return _mismatch(f"The till expects {expected_total_minor}, but {due_minor} is due.")
    if change < 0:
        return _mismatch(f"{due_minor} is due, but only {tendered} was tendered.")
    if change > cash:
        return _mismatch(f"{due_minor} is due; {tendered - cash} by other means than cash is more than that.")
    moved, to_give_back = [], change
    for tender in reversed(tenders):
        given_back = min(to_give_back, tender["amount_minor"]) if tender["method"] == Method.CASH else 0
        to_give_back -= given_back
        amount = tender["amount_minor"]
        moved.append(
            MoneyMoved(
                PaymentKind.TENDER,
                Method(tender["method"]),
                amount - given_back,
                amount,
                tender.get("reference") or "",
            )
        )
    return Settled(moved[::-1], change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """`order`: with its money and payment status after the refund."""

    order: Order
    amount_minor: int
    money_moved: list[MoneyMoved]
    entries: list[EntryWritten]


def refunded(order: Order, amount_minor: int, *, reason: str, kind: EntryKind) -> Refunded:
    """Give the amount back by the methods it came by, in the order in which they were tendered.

    Nothing is given back, and no entry written, for an order that was not paid.
    """
    if not order.is_paid:
        return Refunded(order=order, amount_minor=0, money_moved=[], entries=[])
    moved, money, left = [], [], amount_minor
    for method, taken in order.money:
        part = min(taken, left)
        left -= part
        money.append((method, taken - part))
        if part:
            moved.append(MoneyMoved(PaymentKind.REFUND, method, part, part, reason))
    assert left == 0, f"{left} more to refund than was taken"
    total = order.refunded_minor + amount_minor
    if total == order.paid_minor:
        status = PaymentStatus.REFUNDED
    else:
        status = PaymentStatus.PARTIALLY_REFUNDED if total else order.payment_status
    after = replace(order, refunded_minor=total, payment_status=status, money=tuple(money))
    return Refunded(order=after, amount_minor=amount_minor, money_moved=moved, entries=[entry(kind, moved)])


def entry(kind: EntryKind, money_moved: Iterable[MoneyMoved]) -> EntryWritten:
    """Debit each method's account and credit revenue; refunds the other way round."""
    sums = by_method(money_moved)
    return EntryWritten(kind, (*sums.items(), (REVENUE, -sum(sums.values()))))


def by_method(money_moved: Iterable[MoneyMoved]) -> dict[Method, int]:
    """What each method took less what it gave back, in the order in which they were tendered."""
    sums: dict[Method, int] = {}
    for moved in money_moved:
        sign = 1 if moved.kind is PaymentKind.TENDER else -1
        sums[moved.method] = sums.get(moved.method, 0) + sign * moved.amount_minor
    return sums


def _mismatch(detail: str) -> Rejection:
    return Rejection(code=Code.PAYMENT_DOES_NOT_MATCH_TOTAL, detail=detail)
