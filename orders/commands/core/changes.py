"""What a command that succeeded changed: facts in the past tense, and the values after them.

A rule answers with them, the batch's state takes them over, and saving writes them. They say all that is written:
nothing is read again to find out what a command did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from uuid import UUID

from inventory.core.levels import Level, LevelKey, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.order import Order, Reference
from orders.commands.core.results import GaveWay, Result
from orders.commands.core.tenders import EntryKind, Method, PaymentKind


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """`amount_minor` counts towards the order; `tendered_minor` is what was handed over. `authorization_id`: of an
    online tender, the one that it was taken by; `reverses`: of a refund, the payment that it gives back, None for cash
    in place of another."""

    id: UUID
    kind: PaymentKind
    method: Method
    amount_minor: int
    tendered_minor: int
    reference: str
    authorization_id: UUID | None = None
    reverses: UUID | None = None
    provider: str | None = None


Posting: TypeAlias = tuple[str, int] | tuple[str, int, str, str]
"""Account and amount; of revenue and tax also the tax's code and rate, in percent."""


@dataclass(frozen=True, slots=True)
class EntryWritten:
    """A double entry: postings that sum to zero; a debit is positive."""

    kind: EntryKind
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        assert sum(posting[1] for posting in self.postings) == 0, self.postings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What a level lacked and was booked as found there."""

    sku: str
    key: LevelKey
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """`order`: the order after the command, None for a stock command; `held`: the reference that it was about, after
    it; `levels`: the levels after it. `day`: the business day of its entries. `reasons`: of kinds of movements that
    have their own. `takes_number`: an invoice number is due to it: a sale's or, of what was paid before, a credit
    note's. `overdrawn`: of what it left undone, how much of what is reserved at which levels stands in the way.
    `gave_way`: who lost what to it; None where nobody may."""

    order: Order | None
    held: Reference | None = None
    levels: Mapping[LevelKey, Level] = field(default_factory=dict)
    stock_moved: list[StockMoved] = field(default_factory=list)
    money_moved: list[MoneyMoved] = field(default_factory=list)
    entries: list[EntryWritten] = field(default_factory=list)
    day: date | None = None
    takes_number: bool = False
    shortfalls: list[Shortfall] = field(default_factory=list)
    reason: str = ""
    reasons: Mapping[MovementKind, str] = field(default_factory=dict)
    reference: str = ""
    overdrawn: Mapping[LevelKey, int] = field(default_factory=dict)
    result: Result | None = None
    gave_way: list[GaveWay] | None = None
