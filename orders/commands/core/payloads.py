"""What commands ask for, as values: one for each kind. What a caller left out has its default.

The journal keeps them as JSON. They are made of it, and made JSON again, in one place: orders.journal.db.payloads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from base.import_rows import RefusedRow
from orders.commands.core.drawer_payloads import OfDrawer
from orders.commands.core.tenders import Method


class OnShortage(StrEnum):
    """What to do where stock lacks something: refuse all of it; hold what is there and wait for the rest; book what is
    missing as found, since the customer has it already; let the newest holds give way to what was counted."""

    REJECT = "reject"
    BACKORDER = "backorder"
    RECORD = "record"
    RELEASE = "release"


class Condition(StrEnum):
    SELLABLE = "sellable"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Tender:
    """`provider`, `token`: of an online one, whom to ask, and what the customer pays with."""

    method: Method
    amount_minor: int
    reference: str
    provider: str | None
    token: str | None


@dataclass(frozen=True, slots=True)
class Pay:
    """`expected_total_minor`: what the till thinks the order comes to; `partial`: less than that will do;
    `printed_number`: of what was lost and is sent again, the invoice number that its receipt bears."""

    tenders: Sequence[Tender]
    expected_total_minor: int | None
    partial: bool
    shortage: OnShortage
    skip_missing: bool
    printed_number: str | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    expires_in_s: int | None
    shortage: OnShortage
    skip_missing: bool


@dataclass(frozen=True, slots=True)
class Extend:
    expires_in_s: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """`lapsed`: only if a hold of it has lapsed; no terminal can say so."""

    reason: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Allocate:
    pass


@dataclass(frozen=True, slots=True)
class StockItem:
    """`location`: None is the store's first by priority."""

    sku: str
    quantity: int
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Backorder:
    """`gives_way_to`: the command that counted less."""

    items: Sequence[StockItem]
    reason: str
    gives_way_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShipLine:
    """`quantity`: None is all that remains."""

    line_id: UUID
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Fulfill:
    """`lines`: None is all that remains."""

    lines: Sequence[ShipLine] | None


@dataclass(frozen=True, slots=True)
class Deliver:
    pass


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What goes back to one payment, or by one method."""

    method: Method
    amount_minor: int
    payment_id: UUID | None
    reference: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """`refund_to`: None is to what was paid other than in cash first."""

    reason: str
    refund_to: Sequence[RefundPart] | None
    printed_number: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line, or else a SKU, which is spread over its lines."""

    line_id: UUID | None
    sku: str | None
    quantity: int
    condition: Condition


@dataclass(frozen=True, slots=True)
class Return:
    lines: Sequence[ReturnLine]
    location: str | None
    reason: str
    refund_to: Sequence[RefundPart] | None
    printed_number: str | None = None


@dataclass(frozen=True, slots=True)
class Receive:
    items: Sequence[StockItem]
    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    items: Sequence[StockItem]
    reason: str
    reference: str
    shortage: OnShortage


@dataclass(frozen=True, slots=True)
class Adjust:
    items: Sequence[StockItem]
    reason: str
    shortage: OnShortage


@dataclass(frozen=True, slots=True)
class Count:
    items: Sequence[StockItem]
    reason: str
    shortage: OnShortage


@dataclass(frozen=True, slots=True)
class TransferItem:
    sku: str
    quantity: int
    from_location: str
    to_location: str


@dataclass(frozen=True, slots=True)
class Transfer:
    items: Sequence[TransferItem]
    reason: str


@dataclass(frozen=True, slots=True)
class Import:
    """`lines`: where each item stands in the file, None where there was none; `misread`: the first of the rows of the
    file that could not be read, `misread_count`: how many there were."""

    items: Sequence[StockItem]
    reason: str
    reference: str
    shortage: OnShortage
    lines: Sequence[int] | None
    misread: Sequence[RefusedRow]
    misread_count: int


@dataclass(frozen=True, slots=True)
class Hold:
    reference: str
    items: Sequence[StockItem]
    expires_in_s: int | None


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """`items`: none is all that is held. `lapsed`: only what has lapsed; `gives_way_to`: the command that counted
    less. No terminal can say either."""

    reference: str
    items: Sequence[StockItem]
    reason: str
    lapsed: bool = False
    gives_way_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class CommitHold:
    reference: str
    items: Sequence[StockItem]


OfReference: TypeAlias = Hold | ReleaseHold | CommitHold
YieldedTo: TypeAlias = Adjust | Count | Import | WriteOff
"""They say what lies there."""
OfStock: TypeAlias = Receive | Transfer | YieldedTo | OfReference
OfOrder: TypeAlias = Pay | Reserve | Extend | Release | Allocate | Backorder | Fulfill | Deliver | Cancel | Return
Payload: TypeAlias = OfOrder | OfStock | OfDrawer
