"""Tenders, change, and the double entries that record money. How it goes back: orders.payments.core.refund.

All amounts are whole numbers of the currency's smallest unit. Tenders that do not match what is due are refused, and
nothing is taken. The postings of an entry sum to zero; one that does not is a bug, which ends the decision.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias
from uuid import UUID

from base.currencies import said
from inventory.core.percent import percent
from orders.accounting.core import DEPOSITS, REVENUE, ROUNDING, TAX
from orders.commands.core.amounts import Tax, in_coins
from orders.commands.core.machine import PaymentStatus
from orders.commands.core.order import Order, Payment
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Pay, Tender
from orders.commands.core.rule import EntryWritten, MoneyMoved, Posting
from orders.commands.core.tenders import OF_DEPOSITS, EntryKind, Method, PaymentKind

Revenue: TypeAlias = Mapping[Tax | None, tuple[int, int]]
"""By tax, None where there is none: net and tax."""
NOTHING: Revenue = {}


@dataclass(frozen=True, slots=True)
class Settled:
    """`left_minor`: what is still due after a part payment; `rounding_minor`: what is taken beyond what is due, or less
    than that, since cash is rounded."""

    money_moved: list[MoneyMoved]
    change_minor: int
    left_minor: int
    rounding_minor: int


def match_tenders(
    order: Order,
    payload: Pay,
    *,
    coin_minor: int,
    authorization_ids: Sequence[UUID | None],
    new_id: Callable[[], UUID],
) -> Settled | Rejection:
    """Match the tenders with what is due. What of it is left for cash is rounded to what coins can pay, but for a part
    payment. Only cash may exceed it; the difference is the change.

    `coin_minor`: the smallest one. `authorization_ids`: one for each tender.
    """
    tenders, due = payload.tenders, order.due_minor
    cash = [tender.amount_minor for tender in tenders if tender.method is Method.CASH]
    others = sum(tender.amount_minor for tender in tenders) - sum(cash)
    tendered, left_for_cash = others + sum(cash), due - others
    told = partial(said, currency=order.currency)
    if (expected := payload.expected_total_minor) not in (None, order.total_minor):
        assert expected is not None
        return mismatch(f"The till expects {told(expected)}, but the order comes to {told(order.total_minor)}.")
    if sum(cash) % coin_minor:
        return mismatch(f"{told(sum(cash))} cannot be paid in cash: the smallest coin is {told(coin_minor)}.")
    if payload.partial and 0 < tendered < due:
        moved = _moved(tenders, 0, authorization_ids=authorization_ids, new_id=new_id)
        return Settled(moved, change_minor=0, left_minor=due - tendered, rounding_minor=0)
    rounding = in_coins(left_for_cash, coin_minor) - left_for_cash if cash else 0
    change = tendered - due - rounding
    if left_for_cash < 0:
        return mismatch(f"{told(due)} is due; {told(others)} by other means than cash is more than that.")
    if change < 0:
        return mismatch(f"{told(due + rounding)} is due, but only {told(tendered)} was tendered.")
    moved = _moved(tenders, change, authorization_ids=authorization_ids, new_id=new_id)
    return Settled(moved, change_minor=change, left_minor=0, rounding_minor=rounding)


def _moved(
    tenders: Sequence[Tender],
    change_minor: int,
    *,
    authorization_ids: Sequence[UUID | None],
    new_id: Callable[[], UUID],
) -> list[MoneyMoved]:
    """The change is of the last cash first."""
    moved, to_give_back = [], change_minor
    ids = [new_id() for _ in tenders]
    for id_, tender, authorization_id in zip(
        reversed(ids), reversed(tenders), reversed(authorization_ids), strict=True
    ):
        given_back = min(to_give_back, tender.amount_minor) if tender.method is Method.CASH else 0
        to_give_back -= given_back
        amount = tender.amount_minor
        moved.append(
            MoneyMoved(
                id_,
                PaymentKind.TENDER,
                tender.method,
                amount - given_back,
                amount,
                tender.reference,
                authorization_id,
                provider=tender.provider,
            )
        )
    return moved[::-1]


def entries(
    kind: EntryKind,
    money_moved: Iterable[MoneyMoved],
    *,
    revenue: Revenue = NOTHING,
    deposits_minor: int = 0,
    rounding_minor: int = 0,
) -> list[EntryWritten]:
    """Debit each method's account and credit revenue and tax, by tax; what comes back the other way round. None where
    there is nothing to tell.

    `revenue`: what it became more, or less. A deposit is owed to the customer: it is credited to an account of its
    own, and a sale releases `deposits_minor` from there. `rounding_minor`: what the store gains by it.
    """
    sums: dict[str, int] = {str(method): amount for method, amount in by_method(money_moved).items()}
    if deposits_minor:
        sums[DEPOSITS] = deposits_minor
    if rounding_minor:
        sums[ROUNDING] = -rounding_minor
    told: list[Posting] = [(account, amount) for account, amount in sums.items() if amount]
    if kind in OF_DEPOSITS:
        told += [(DEPOSITS, -total)] if (total := sum(sums.values())) else []
    else:
        told += [posting for tax, sums_of_tax in revenue.items() for posting in _told(tax, *sums_of_tax)]
    return [EntryWritten(kind, tuple(told))] if told else []


def revenue_of(order: Order) -> Revenue:
    """What the order is worth."""
    sums: dict[Tax | None, tuple[int, int]] = {}
    for line in order.lines:
        net, tax = sums.get(line.tax, (0, 0))
        sums[line.tax] = (net + line.worth_minor - line.worth_of_tax_minor, tax + line.worth_of_tax_minor)
    return sums


def less(before: Order, after: Order) -> Revenue:
    """What an order whose lines came back became less."""
    left = revenue_of(after)
    return {tax: (left[tax][0] - net, left[tax][1] - minor) for tax, (net, minor) in revenue_of(before).items()}


def _told(tax: Tax | None, net_minor: int, tax_minor: int) -> Iterator[Posting]:
    """Where something is taxed both are told, though one be nothing: a report of taxes has what was sold at 0 %."""
    if tax and (net_minor or tax_minor):
        yield REVENUE, -net_minor, tax.code, percent(tax.rate)
        yield TAX, -tax_minor, tax.code, percent(tax.rate)
    elif net_minor:
        yield REVENUE, -net_minor


def by_method(money_moved: Iterable[MoneyMoved]) -> dict[Method, int]:
    """What each method took less what it gave back, in the order in which they were tendered."""
    sums: dict[Method, int] = {}
    for moved in money_moved:
        sign = 1 if moved.kind is PaymentKind.TENDER else -1
        sums[moved.method] = sums.get(moved.method, 0) + sign * moved.amount_minor
    return sums


def taken(order: Order, settled: Settled) -> Order:
    """The order with these tenders added to what it took."""
    new = tuple(
        Payment(
            id=one.id,
            method=one.method,
            taken_minor=one.amount_minor,
            reference=one.reference,
            provider=one.provider,
            authorization_id=one.authorization_id,
        )
        for one in settled.money_moved
    )
    return replace(
        order,
        paid_minor=order.paid_minor + sum(one.taken_minor for one in new),
        rounding_minor=order.rounding_minor + settled.rounding_minor,
        payments=(*order.payments, *new),
    )


def status_of(order: Order) -> PaymentStatus:
    """Money that was never given back is not refunded, whatever came back for it. Of deposits nothing is left either
    where only what cash was rounded by is."""
    if not order.refunded_minor:
        return PaymentStatus.PAID if order.is_paid else order.payment_status
    if order.kept_minor <= 0 or (not order.is_paid and not order.deposits_minor):
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if order.is_paid else order.payment_status


def mismatch(detail: str) -> Rejection:
    return Rejection(code=Code.PAYMENT_DOES_NOT_MATCH_TOTAL, detail=detail)
