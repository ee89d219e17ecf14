"""Refunding: how money goes back, to the payments that it came by unless the cashier says otherwise.

How much goes back is not decided here: it is what was paid beyond what the order is worth by now (`overpaid_minor` of
orders.commands.core.order), and a line is worth less with each unit that came back or was cancelled (`worth_minor`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from base.currencies import said
from orders.commands.core.amounts import in_coins
from orders.commands.core.order import Order, Payment
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import RefundPart
from orders.commands.core.results import Refund
from orders.commands.core.rule import EntryWritten, MoneyMoved, WhyNot, World
from orders.commands.core.tenders import EntryKind, Method, PaymentKind
from orders.payments.core.money import NOTHING, entries, less, mismatch, status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """`order`: with its money and payment status after the refund. `rounding_minor`: what the store gains by it, since
    cash is rounded."""

    order: Order
    money_moved: list[MoneyMoved]
    rounding_minor: int
    entries: list[EntryWritten]

    def told(self) -> list[Refund]:
        """As its terminal is told, so that the cashier gives each part back by the right means."""
        return [
            Refund(
                id=moved.id,
                payment_id=moved.reverses,
                method=moved.method,
                amount_minor=moved.amount_minor,
                reference=moved.reference,
                provider=moved.provider,
            )
            for moved in self.money_moved
        ]


def refunded(
    order: Order,
    *,
    before: Order,
    refund_to: Sequence[RefundPart] | None,
    kind: EntryKind,
    world: World,
) -> Refunded | Rejection:
    """Give back what the order has too much: it is worth less than `before`, when it was paid.

    `refund_to`: parts that make up just that amount; None: the payments that are not cash in the order in which they
    were taken, then cash. `kind`: of the entry, unless only deposits were paid. What a payment provider could not be
    told of is refused, and the cashier says otherwise.
    """
    due_minor = order.overpaid_minor
    parts = _Parts(world.new_id)
    if refund_to is None:
        _by_default(parts, order, due_minor, world.coin_minor)
    elif problem := _as_asked(parts, order, refund_to, due_minor, world.coin_minor):
        return problem
    rounding_minor = due_minor - parts.sum_minor
    moved = parts.moved()
    if problem := _refuse_what_cannot_be_told(moved, order.currency, world.why_not):
        return problem
    after = _without(order, moved, rounding_minor)
    of_deposits = bool(order.deposits_minor)
    return Refunded(
        order=after,
        money_moved=moved,
        rounding_minor=rounding_minor,
        entries=entries(
            EntryKind.DEPOSIT_REFUND if of_deposits else kind,
            moved,
            revenue=less(before, after) if order.is_paid else NOTHING,
            rounding_minor=rounding_minor,
        ),
    )


def cash_for(order: Order, minor: int, coin_minor: int) -> int:
    """What is given in cash for that much more than before. All that was due in cash so far is rounded, and what was
    given is taken off: so an order that comes back in parts gives back what it would give back at once, which is what
    it took, whatever the smallest coin was then."""
    if not minor:
        return 0
    given = order.cash_given_back_minor
    due = given + order.refund_rounding_minor + minor
    left, of_sale = max(0, order.cash_taken_minor - given), order.rounding_minor - order.refund_rounding_minor
    beyond = due - (order.cash_taken_minor - of_sale)
    if beyond == 0:
        return left
    in_cash = max(0, in_coins(due - given, coin_minor))
    return in_cash if beyond > 0 else min(in_cash, left)


def _by_default(parts: "_Parts", order: Order, due_minor: int, coin_minor: int) -> None:
    left = parts.take((one for one in order.payments if one.method is not Method.CASH), due_minor)
    beyond = parts.take((one for one in order.payments if one.method is Method.CASH), cash_for(order, left, coin_minor))
    parts.give_cash(beyond, reference="")


def _as_asked(
    parts: "_Parts", order: Order, rows: Sequence[RefundPart], due_minor: int, coin_minor: int
) -> Rejection | None:
    """Who names no cash has nothing rounded."""
    cash = [row.amount_minor for row in rows if row.method is Method.CASH]
    asked = sum(row.amount_minor for row in rows)
    in_cash = due_minor - (asked - sum(cash))
    due = due_minor - in_cash + cash_for(order, in_cash, coin_minor) if cash and in_cash > 0 else due_minor
    if asked != due:
        return mismatch(f"{said(due, order.currency)} goes back, but {said(asked, order.currency)} was named.")
    return _as_named(parts, order, rows)


def _as_named(parts: "_Parts", order: Order, rows: Iterable[RefundPart]) -> Rejection | None:
    for row in rows:
        named = [
            payment
            for payment in order.payments
            if payment.method is row.method and row.payment_id in (None, payment.id)
        ]
        if row.payment_id and not named:
            return mismatch(f"The order has no {row.method} payment {row.payment_id}.")
        left = parts.take(named, row.amount_minor, reference=row.reference)
        if left and row.method is not Method.CASH:
            named_minor, over = said(row.amount_minor, order.currency), said(left, order.currency)
            return mismatch(f"{named_minor} is {over} more than is left of what {row.method} took.")
        parts.give_cash(left, reference=row.reference)
    return None


def _refuse_what_cannot_be_told(moved: Iterable[MoneyMoved], currency: str, why_not: WhyNot) -> Rejection | None:
    """Goods that were taken back for money that no provider will send would be the store's and nobody's."""
    for one in moved:
        if one.provider and (reason := why_not(one.provider, one.amount_minor, currency)):
            return mismatch(
                f"{said(one.amount_minor, currency)} cannot go back by {one.provider}: {reason.rstrip('.')}. "
                "Say in `refund_to` how it goes back, such as what is over in cash."
            )
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    payment: Payment | None
    amount_minor: int
    reference: str


class _Parts:
    """What is given back so far, one part a payment, and one of cash in place of others."""

    def __init__(self, new_id: Callable[[], UUID]) -> None:
        self._new_id = new_id
        self._by_payment: dict[UUID | None, _Part] = {}

    @property
    def sum_minor(self) -> int:
        return sum(part.amount_minor for part in self._by_payment.values())

    def take(self, payments: Iterable[Payment], amount_minor: int, *, reference: str = "") -> int:
        """Spread over what the payments kept; what is left of the amount."""
        for payment in payments:
            known = self._by_payment.get(payment.id)
            part = min(payment.kept_minor - (known.amount_minor if known else 0), amount_minor)
            if part > 0:
                self._add(payment, part, reference or payment.reference)
                amount_minor -= part
        return amount_minor

    def give_cash(self, amount_minor: int, *, reference: str) -> None:
        if amount_minor:
            self._add(None, amount_minor, reference)

    def moved(self) -> list[MoneyMoved]:
        return [
            MoneyMoved(
                self._new_id(),
                PaymentKind.REFUND,
                part.payment.method if part.payment else Method.CASH,
                part.amount_minor,
                part.amount_minor,
                part.reference,
                part.payment.authorization_id if part.payment else None,
                reverses=part.payment.id if part.payment else None,
                provider=part.payment.provider if part.payment else None,
            )
            for part in self._by_payment.values()
        ]

    def _add(self, payment: Payment | None, amount_minor: int, reference: str) -> None:
        key = payment.id if payment else None
        known = self._by_payment.get(key, _Part(payment, 0, reference))
        self._by_payment[key] = replace(known, amount_minor=known.amount_minor + amount_minor)


def _without(order: Order, moved: Iterable[MoneyMoved], rounding_minor: int) -> Order:
    back = {one.reverses: one.amount_minor for one in moved}
    after = replace(
        order,
        refunded_minor=order.refunded_minor + sum(back.values()),
        rounding_minor=order.rounding_minor + rounding_minor,
        refund_rounding_minor=order.refund_rounding_minor + rounding_minor,
        cash_instead_minor=order.cash_instead_minor + back.get(None, 0),
        payments=tuple(
            replace(payment, given_back_minor=payment.given_back_minor + back.get(payment.id, 0))
            for payment in order.payments
        ),
    )
    return replace(after, payment_status=status_of(after))
