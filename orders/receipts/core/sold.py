"""What a receipt is made of: an order with what was sold, what was done about it, and the money that moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from orders.commands.core.machine import Kind
from orders.commands.core.tenders import PaymentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreShown:
    """As it calls itself today."""

    name: str
    address: str
    tax_id: str
    currency: str
    locale: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShown:
    """Who buys, as far as known."""

    name: str
    tax_id: str | None = None
    address: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """`tax_rate`: in percent, as text; both None where the line is untaxed. `cancelled`: units that will not be handed
    over any more."""

    id: UUID
    sku: str
    name: str
    quantity: int
    unit: str
    quantity_decimals: int
    unit_price_minor: int
    amount_minor: int
    discount_minor: int
    tax_code: str | None
    tax_rate: str | None
    net_minor: int
    tax_minor: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A pay, cancel or return that took effect. `ends`: whether it cancelled all of the order; `returned`: line ->
    units that came back; `due_minor`: of a pay, what was left to be paid; `rounding_minor`: what the store gained by
    giving back in cash."""

    command_id: UUID
    kind: Kind
    at: datetime
    day: date
    ends: bool
    returned: Mapping[UUID, int]
    due_minor: int
    rounding_minor: int
    credit_note_number: str | None
    credit_note_pending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Money that was taken or given back, by that command."""

    command_id: UUID
    kind: PaymentKind
    method: str
    amount_minor: int
    tendered_minor: int
    reference: str | None
    provider: str | None

    @property
    def signed_minor(self) -> int:
        return self.amount_minor if self.kind is PaymentKind.TENDER else -self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldOrder:
    """`acts`, `moved`: in the order in which they happened. `taxes`: (code, rate) -> name, as it was."""

    store: StoreShown
    number: int
    currency: str
    prices_include_tax: bool
    tax_exempt: bool
    taxes: Mapping[tuple[str, str], str]
    invoice_number: str | None
    invoice_pending: bool
    created_at: datetime
    sold_at: datetime | None
    paid_at: datetime | None
    business_day: date | None
    footer: str
    customer: CustomerShown | None
    lines: Sequence[SoldLine]
    acts: Sequence[Act]
    moved: Sequence[Moved]
