"""What a decision may look at besides its order and its command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from inventory.core.allocate import Strategy, allocate
from inventory.core.levels import LevelKey, Location, Stock
from inventory.core.tally import Tally
from orders.commands.core.authorization import Authorization
from orders.commands.core.days import UTC_DAYS, Calendar
from orders.commands.core.order import Command, Order, Reference

HandedOver = Mapping[UUID, Mapping[LevelKey, int]]
"""Order id -> level -> quantity"""


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
    `hold_expires_s`: the life of a hold that names none; 0 is without end. `coin_minor`: the smallest coin.
    `lacked`: where a decision leaves which products it found too little of."""

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
