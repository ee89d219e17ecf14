"""A batch as it was loaded, and what was decided of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from inventory.core.levels import Level, Location
from orders.commands.core.authorization import Authorization
from orders.commands.core.changes import Applied
from orders.commands.core.days import Calendar
from orders.commands.core.order import Command, Order, Reference
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import Backorder, HandedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a batch was loaded with. `levels`: product id -> its levels in any order. `references`: the holds of the
    references that commands name, by store and name. `backorders`: product id -> what orders wait for, of the products
    of every order that has an `allocate`. `authorizations`: of each command that asked for some. `handed_over`: of each
    paid order that has a `cancel`. `kept`: orders without commands here whose holds may not lapse now: a payment
    provider is being asked for them, or an operator has to look at them first."""

    commands: Sequence[Command]
    orders: Mapping[UUID, Order]
    levels: Mapping[int, Sequence[Level]]
    locations: Mapping[int, Sequence[Location]]
    products: Mapping[int, Mapping[str, tuple[int, bool]]]
    references: Mapping[int, Mapping[str, Reference]] = field(default_factory=dict)
    backorders: Mapping[int, Sequence[Backorder]] = field(default_factory=dict)
    authorizations: Mapping[UUID, Sequence[Authorization]] = field(default_factory=dict)
    handed_over: HandedOver = field(default_factory=dict)
    hold_expires_s: Mapping[int, int] = field(default_factory=dict)
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    kept: frozenset[UUID] = frozenset()

    def known(self, command: Command) -> Sequence[Authorization]:
        """What a payment provider has been asked for it."""
        return self.authorizations.get(command.id, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`before`: the order as the command found it."""

    command: Command
    before: Order | None
    outcome: Applied | Rejection
