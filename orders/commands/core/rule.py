"""A rule: what it may look at besides its order and its command, and what it answers with.

The world is looked at, and changed by nobody. A rule that lets a command happen answers with what it changed: facts in
the past tense, and the values after them. The batch's state takes them over, and saving writes them. They say all that
is written: nothing is read again to find out what a command did. A rule that does not, answers with a rejection
(orders.commands.core.outcomes).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from inventory.core.allocate import allocate
from inventory.core.levels import Level, LevelKey, Location, Stock, StockMoved, Strategy, Tally
from inventory.core.movements import MovementKind
from orders.commands.core.authorization import Authorization
from orders.commands.core.days import UTC_DAYS, Calendar
from orders.commands.core.order import Command, Order, Reference
from orders.commands.core.results import GaveWay, Result
from orders.commands.core.tenders import EntryKind, Method, PaymentKind

HandedOver = Mapping[UUID, Mapping[LevelKey, int]]
"""Order id -> level -> quantity"""
WhyNot: TypeAlias = Callable[[str, int, str], str | None]
"""Of a payment provider, an amount and its currency: why the provider cannot be told of it; None where it can."""


def all_can_be_told(_provider: str, _amount_minor: int, _currency: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Backorder:
    """What one order still waits for of one product, and since when."""

    since: datetime
    order_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One store's. `locations`: by priority. `products`: sku -> (id, tracks stock), of the SKUs that commands name.
    `references`: by name. `backorders`: product id -> what orders wait for. `authorizations`: by the command that asked
    for them. `handed_over`: of orders that may be cancelled, what left each level for them and has not come back.
    `hold_expires_s`: the life of a hold that names none; 0 is without end. `coin_minor`: the smallest coin. `why_not`:
    of payment providers, which amounts they cannot be told of. `lacked`: where a decision leaves which products it
    found too little of."""

    now: datetime
    new_id: Callable[[], UUID]
    stock: Stock
    locations: Sequence[Location]
    products: Mapping[str, tuple[int, bool]]
    references: Mapping[str, Reference] = field(default_factory=dict)
    backorders: Mapping[int, Sequence[Backorder]] = field(default_factory=dict)
    authorizations: Mapping[UUID, Sequence[Authorization]] = field(default_factory=dict)
    handed_over: HandedOver = field(default_factory=dict)
    hold_expires_s: int = 0
    coin_minor: int = 1
    calendar: Calendar = UTC_DAYS
    strategy: Strategy = allocate
    why_not: WhyNot = all_can_be_told
    lacked: set[int] = field(default_factory=set)

    def tally(self) -> Tally:
        return Tally(self.stock, self.strategy, self.lacked)

    def location_id(self, code: str | None) -> int:
        """The named location, or the store's first by priority."""
        if code is None:
            return self.locations[0].id
        return next(location.id for location in self.locations if location.code == code)

    def expiry(self, seconds: int | None) -> datetime | None:
        """When a hold that is made or extended now ends."""
        lasts = self.hold_expires_s if seconds is None else seconds
        return self.now + timedelta(seconds=lasts) if lasts else None

    def day_of_sale(self, order: Order) -> date:
        """Of money that is taken now: a till that was offline says when that was."""
        return self.calendar.day_of(order.sold_at or self.now)

    def day_of(self, command: Command) -> date:
        """That on which it was accepted."""
        return self.calendar.day_of(command.accepted_at or self.now)

    def awaited_before(self, order: Order, product_id: int) -> int:
        """What older backorders than the order's still wait for."""
        assert order.backordered_at is not None
        mine = (order.backordered_at, order.id)
        return sum(one.quantity for one in self.backorders.get(product_id, ()) if (one.since, one.order_id) < mine)


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
