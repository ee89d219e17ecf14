"""What the sender of a command is told, as values: of one that succeeded its result, of a refused one the details.

They are made JSON in one place: orders.journal.db.told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from base.import_rows import RefusedRow
from orders.commands.core.payloads import ReturnLine, ShipLine
from orders.commands.core.tenders import Method


@dataclass(frozen=True, slots=True)
class AwaitedLine:
    """What an order waits for."""

    line_id: UUID
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RecordedStock:
    """What was booked as found."""

    sku: str
    quantity: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    change_minor: int
    rounding_minor: int
    skipped: Sequence[str]
    backordered: Sequence[AwaitedLine]
    shortfalls: Sequence[RecordedStock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """`due_minor`: what is left to be paid."""

    due_minor: int
    backordered: Sequence[AwaitedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    expires_at: datetime | None
    skipped: Sequence[str]
    backordered: Sequence[AwaitedLine]


@dataclass(frozen=True, slots=True)
class Extended:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Shipped:
    skipped: Sequence[str]


@dataclass(frozen=True, slots=True)
class Waits:
    """`backordered`: what for."""

    backordered: Sequence[AwaitedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`payment_id`: what it gives back, None for cash in place of another."""

    id: UUID
    payment_id: UUID | None
    method: Method
    amount_minor: int
    reference: str
    provider: str | None


@dataclass(frozen=True, slots=True)
class CalledOff:
    refunds: Sequence[Refund]
    rounding_minor: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`lines`: line -> how many units of it came back; `skipped`: what came back, and no level counts."""

    refunds: Sequence[Refund]
    rounding_minor: int
    lines: Mapping[UUID, int]
    skipped: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAfter:
    sku: str
    location: str
    on_hand: int
    reserved: int
    available: int


@dataclass(frozen=True, slots=True)
class Moved:
    items: Sequence[LevelAfter]
    skipped: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`set`, `skipped`, `refused`: of how many rows; `rows`: the first of those that were refused."""

    set: int
    skipped: int
    refused: int
    rows: Sequence[RefusedRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDone:
    """`index`: its place in the command; `skipped`: nothing was moved for it."""

    index: int
    sku: str
    quantity: int
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnder:
    reference: str
    items: Sequence[ItemDone]
    expires_at: datetime | None
    skipped: Sequence[str]


@dataclass(frozen=True, slots=True)
class LetGo:
    """Of what was held, given up or taken."""

    reference: str
    items: Sequence[ItemDone]


Result: TypeAlias = (
    Sold
    | Deposited
    | Reserved
    | Extended
    | Shipped
    | Waits
    | CalledOff
    | TakenBack
    | Moved
    | Imported
    | HeldUnder
    | LetGo
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveWay:
    """What an order or a reference lost to a count."""

    sku: str
    quantity: int
    order_id: UUID | None
    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """`tender`: its place in the pay."""

    tender: int
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """More than remains to be shipped."""

    line_id: UUID
    requested: int
    remaining: int


@dataclass(frozen=True, slots=True)
class NotReturnable:
    """More than can come back."""

    line: ReturnLine
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """Who holds some of what is lacking: an order by its number, or a reference."""

    quantity: int
    until: datetime | None
    location: str
    order_number: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class There:
    location: str
    on_hand: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """`held_by`: None where nobody looked who."""

    sku: str
    requested: int
    available: int
    on_hand: int
    locations: Sequence[There]
    held_by: Sequence[HeldBy] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHeld:
    """More than the reference holds. `index`: the item's place in the command."""

    index: int
    sku: str
    requested: int
    held: int
    held_by: Sequence[HeldBy] | None = None


Short: TypeAlias = Lacking | NotHeld
Detail: TypeAlias = ShipLine | ReturnLine | TooMany | NotReturnable | Declined | Short
"""A line that the order lacks is told as it was named."""
