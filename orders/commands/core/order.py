"""An order, its lines, holds and money, as values; and a command, and what is held under a reference.

None of them is ever changed: a rule makes a new one (`replace`), and what differs is saved. Amounts are whole numbers
of the currency's smallest unit, quantities are whole. What is due, kept and overpaid is worked out from what was taken
and given back, here and nowhere else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.amounts import Tax, part
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.payloads import Payload
from orders.commands.core.roles import Role
from orders.commands.core.tenders import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`shipped`: what was handed over; `returned`: what of that came back; `backordered`: what is neither handed over
    nor held, since stock lacked it; `cancelled`: what will not be handed over any more; `skipped`: no level counted it
    when it was held or paid, and none is looked at for it any more. `total_minor`: what it comes to with its tax, which
    is `tax_minor` of it."""

    id: UUID
    product_id: int
    sku: str
    tracks_stock: bool
    quantity: int
    total_minor: int
    shipped: int
    returned: int
    backordered: int = 0
    cancelled: int = 0
    skipped: bool = False
    tax_minor: int = 0
    tax: Tax | None = None

    @property
    def worth_minor(self) -> int:
        """What it comes to without the units that came back or were cancelled."""
        return self.total_minor - self._gone(self.total_minor)

    @property
    def worth_of_tax_minor(self) -> int:
        """The tax in that."""
        return self.tax_minor - self._gone(self.tax_minor)

    def _gone(self, minor: int) -> int:
        units = self.returned + self.cancelled
        return part(minor, units, self.quantity) if units else 0

    @property
    def remaining(self) -> int:
        return self.quantity - self.shipped - self.cancelled

    @property
    def shippable(self) -> int:
        """What remains and is not waited for."""
        return self.remaining - self.backordered

    @property
    def returnable(self) -> int:
        return self.shipped - self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    id: UUID
    key: LevelKey
    line_id: UUID
    quantity: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that was taken, and how much of it was given back. `authorization_id`: of an online one, what took it."""

    id: UUID
    method: Method
    taken_minor: int
    given_back_minor: int = 0
    reference: str = ""
    provider: str | None = None
    authorization_id: UUID | None = None

    @property
    def kept_minor(self) -> int:
        return self.taken_minor - self.given_back_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`payments`: in the order in which they were taken; `cash_instead_minor`: cash that was given back in place of
    others. `rounding_minor`: what the store has gained since cash is rounded; `refund_rounding_minor`: of that, by cash
    that it gave back. `terminal_id`: whose order it is. `awaits_until`: when it lapses while it waits for stock,
    whether or not anything is held for it. `sold_at`: where a till says so; `business_day`: of the sale, once it is
    paid."""

    id: UUID
    store_id: int
    terminal_id: int | None
    status: Status
    payment_status: PaymentStatus
    fulfilment: Fulfilment
    payment_terms: PaymentTerms
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int
    invoice_pending: bool
    hold_expired_at: datetime | None
    paid_at: datetime | None
    lines: tuple[Line, ...]
    holds: tuple[Hold, ...]
    payments: tuple[Payment, ...] = ()
    cash_instead_minor: int = 0
    rounding_minor: int = 0
    refund_rounding_minor: int = 0
    hold_extended_at: datetime | None = None
    backordered_at: datetime | None = None
    awaits_until: datetime | None = None
    sold_at: datetime | None = None
    business_day: date | None = None

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None

    @property
    def deposits_minor(self) -> int:
        """What was paid towards the total before all of it is."""
        return 0 if self.is_paid else self.kept_minor - self.rounding_minor

    @property
    def kept_minor(self) -> int:
        """What was paid and not given back."""
        return self.paid_minor - self.refunded_minor

    @property
    def worth_minor(self) -> int:
        """The total less what came back and what was cancelled."""
        return sum(line.worth_minor for line in self.lines)

    @property
    def due_minor(self) -> int:
        """What a payment has to settle."""
        return max(0, self.worth_minor + self.rounding_minor - self.kept_minor)

    @property
    def overpaid_minor(self) -> int:
        """What has to be given back, before it is rounded to what can be given in cash."""
        return max(0, self.kept_minor - self.worth_minor - self.rounding_minor)

    @property
    def cash_taken_minor(self) -> int:
        return sum(payment.taken_minor for payment in self.payments if payment.method is Method.CASH)

    @property
    def cash_given_back_minor(self) -> int:
        of_cash = (payment.given_back_minor for payment in self.payments if payment.method is Method.CASH)
        return sum(of_cash) + self.cash_instead_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceHold:
    """A hold that no order has, but a reference of the caller's own."""

    id: UUID
    key: LevelKey
    quantity: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """`lapsed`: the products that it held, lost by expiry, and has not held anew."""

    store_id: int
    name: str
    holds: tuple[ReferenceHold, ...]
    lapsed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`issued_by`: the terminal's name, or the task's that submitted it, for people to read; `terminal_id`, `role`: the
    terminal's, None for a task. `accepted_at`: None for one that is made while others are decided."""

    id: UUID
    kind: Kind
    store_id: int
    order_id: UUID | None
    issued_by: str
    terminal_id: int | None
    role: Role | None
    payload: Payload
    accepted_at: datetime | None = None


def fingerprint_of_command(kind: Kind, order_id: UUID | None, content: bytes) -> bytes:
    """What makes two requests the same. `content`: the payload as canonical JSON without defaults, so that a new
    optional field changes nothing."""
    return sha256(b"%b\n%b\n%b" % (kind.encode(), str(order_id or "").encode(), content)).digest()


def fingerprint_of_order(content: bytes) -> bytes:
    """`content`: the order as its terminal sent it, as canonical JSON without defaults and without its id."""
    return sha256(content).digest()
