"""Tenders, change, refunds and the double entries that record them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from orders.core.changes import EntryWritten, MoneyMoved
from orders.core.entries import DEPOSITS, REVENUE
from orders.core.machine import PaymentStatus
from orders.core.order import Order
from orders.core.outcomes import Code, Rejection
from orders.core.tenders import OF_DEPOSITS, EntryKind, Method, PaymentKind


@dataclass(frozen=True, slots=True)
class Settled:
    """`left_minor`: what is still due after a part payment."""

    money_moved: list[MoneyMoved]
    change_minor: int
    left_minor: int

    @property
    def taken_minor(self) -> int:
        return sum(moved.amount_minor for moved in self.money_moved)


def settle(
    *,
    due_minor: int,
    tenders: list[dict[str, Any]],
    expected_total_minor: int | None,
    partial: bool = False,
    authorization_ids: Sequence[UUID | None],
) -> Settled | Rejection:
    """Match the tenders with what is due. Only cash may exceed it; the difference is the change.

    `partial`: less than what is due will do, but not nothing. `authorization_ids`: one for each tender.
    """
    tendered = sum(tender["amount_minor"] for tender in tenders)
    cash = sum(tender["amount_minor"] for tender in tenders if tender["method"] == Method.CASH)
    change = tendered - due_minor
    if expected_total_minor not in (None, due_minor):
        return _mismatch(f"The till expects {expected_total_minor}, but {due_minor} is due.")
    if change < 0 and not (partial and tendered):
        return _mismatch(f"{due_minor} is due, but only {tendered} was tendered.")
    if change > cash:
        return _mismatch(f"{due_minor} is due; {tendered - cash} by other means than cash is more than that.")
    moved, to_give_back = [], max(change, 0)
    for tender, authorization_id in zip(reversed(tenders), reversed(authorization_ids), strict=True):
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
                authorization_id,
            )
        )
    return Settled(moved[::-1], max(change, 0), max(-change, 0))


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
    return _given_back(order, amount_minor, reason=reason, kind=kind)


def deposits_refunded(order: Order, amount_minor: int, *, reason: str) -> Refunded:
    """Give that much of the deposits back, in the same way; no entry is written for nothing."""
    if amount_minor == 0:
        return Refunded(order=order, amount_minor=0, money_moved=[], entries=[])
    return _given_back(order, amount_minor, reason=reason, kind=EntryKind.DEPOSIT_REFUND)


def _given_back(order: Order, amount_minor: int, *, reason: str, kind: EntryKind) -> Refunded:
    moved: list[MoneyMoved] = []
    money, left = [], amount_minor
    online = dict(order.online)
    for method, taken in order.money:
        part = min(taken, left)
        left -= part
        money.append((method, taken - part))
        if part and method is Method.ONLINE:
            moved += _by_authorization(online, part, reason=reason)
        elif part:
            moved.append(MoneyMoved(PaymentKind.REFUND, method, part, part, reason))
    assert left == 0, f"{left} more to refund than was taken"
    total = order.refunded_minor + amount_minor
    if total == order.paid_minor:
        status = PaymentStatus.REFUNDED
    else:
        status = PaymentStatus.PARTIALLY_REFUNDED if total and order.is_paid else order.payment_status
    after = replace(
        order, refunded_minor=total, payment_status=status, money=tuple(money), online=tuple(online.items())
    )
    return Refunded(order=after, amount_minor=amount_minor, money_moved=moved, entries=[entry(kind, moved)])


def _by_authorization(online: dict[UUID, int], amount_minor: int, *, reason: str) -> Iterator[MoneyMoved]:
    """Spread over what each authorization took and has not given back, the first one first; takes it off `online`."""
    for authorization_id, taken in online.items():
        if part := min(taken, amount_minor):
            amount_minor -= part
            online[authorization_id] -= part
            yield MoneyMoved(PaymentKind.REFUND, Method.ONLINE, part, part, reason, authorization_id)
    assert amount_minor == 0, f"{amount_minor} more to refund online than was taken"


def entry(kind: EntryKind, money_moved: Iterable[MoneyMoved], *, deposits_minor: int = 0) -> EntryWritten:
    """Debit each method's account and credit revenue; refunds the other way round.

    A deposit is owed to the customer: it is credited to an account of its own, and a sale releases `deposits_minor`
    from there.
    """
    sums: dict[str, int] = {str(method): amount for method, amount in by_method(money_moved).items()}
    if kind in OF_DEPOSITS:
        return EntryWritten(kind, (*sums.items(), (DEPOSITS, -sum(sums.values()))))
    if deposits_minor:
        sums[DEPOSITS] = deposits_minor
    return EntryWritten(kind, (*sums.items(), (REVENUE, -sum(sums.values()))))


def by_method(money_moved: Iterable[MoneyMoved]) -> dict[Method, int]:
    """What each method took less what it gave back, in the order in which they were tendered."""
    sums: dict[Method, int] = {}
    for moved in money_moved:
        sign = 1 if moved.kind is PaymentKind.TENDER else -1
        sums[moved.method] = sums.get(moved.method, 0) + sign * moved.amount_minor
    return sums


def by_authorization(money_moved: Iterable[MoneyMoved]) -> dict[UUID, int]:
    """What each authorization took, in the order in which they were tendered."""
    return {moved.authorization_id: moved.amount_minor for moved in money_moved if moved.authorization_id}


def taken(order: Order, money_moved: Iterable[MoneyMoved]) -> Order:
    """The order with these tenders added to what it took."""
    moved = list(money_moved)
    money = dict(order.money)
    for method, amount in by_method(moved).items():
        money[method] = money.get(method, 0) + amount
    return replace(
        order,
        paid_minor=order.paid_minor + sum(one.amount_minor for one in moved),
        money=tuple(money.items()),
        online=(*order.online, *by_authorization(moved).items()),
    )


def _mismatch(detail: str) -> Rejection:
    return Rejection(code=Code.PAYMENT_DOES_NOT_MATCH_TOTAL, detail=detail)
