"""A batch as values: whose commands they are, what it was loaded with, what was decided of it, and what its decisions
depend on that others hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from uuid import UUID

from inventory.core.allocate import allocate
from inventory.core.levels import Level, LevelKey, Location, Strategy
from orders.commands.core.authorization import Authorization
from orders.commands.core.days import Calendar
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order, Reference
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied, Backorder, HandedOver, WhyNot, all_can_be_told


@dataclass(frozen=True, slots=True)
class OrderSubject:
    """Of the commands of an order."""

    order_id: UUID


@dataclass(frozen=True, slots=True)
class StoreSubject:
    """Of the stock commands of a store."""

    store_id: int


@dataclass(frozen=True, slots=True)
class DrawerSubject:
    """Of the commands of a terminal's drawer."""

    drawer_id: int


Subject: TypeAlias = OrderSubject | StoreSubject | DrawerSubject
"""Whose commands take effect one after the other."""


def subject_of(order_id: UUID | None, store_id: int, drawer_id: int | None = None) -> Subject:
    if drawer_id is not None:
        return DrawerSubject(drawer_id)
    return OrderSubject(order_id) if order_id else StoreSubject(store_id)


def order_ids(subjects: Iterable[Subject]) -> list[UUID]:
    return [one.order_id for one in subjects if isinstance(one, OrderSubject)]


def store_ids(subjects: Iterable[Subject]) -> list[int]:
    return [one.store_id for one in subjects if isinstance(one, StoreSubject)]


def drawer_ids(subjects: Iterable[Subject]) -> list[int]:
    return [one.drawer_id for one in subjects if isinstance(one, DrawerSubject)]


class Rung(NamedTuple):
    """A command that a worker is told of. `kind`: None where this release does not know it. `store_id`: None where it
    has to be looked up, if at all."""

    kind: Kind | None
    subject: Subject
    command_id: UUID
    store_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a batch was loaded with. `levels`: product id -> its levels in any order. `references`: the holds of the
    references that commands name, by store and name. `backorders`: product id -> what orders wait for, of the products
    of every order that has an `allocate`. `authorizations`: of each command that asked for some. `handed_over`: of each
    paid order that has a `cancel`. `drawerless`: commands that need their terminal's drawer, which is not open.
    `kept`: orders without commands here whose holds may not lapse now: a payment provider is being asked for them, or
    an operator has to look at them first. `strategy`: how this shop has its goods allocated; `why_not`: which amounts
    its payment providers cannot be told of."""

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
    coins: Mapping[int, int] = field(default_factory=dict)
    drawerless: frozenset[UUID] = frozenset()
    kept: frozenset[UUID] = frozenset()
    strategy: Strategy = allocate
    why_not: WhyNot = all_can_be_told

    def known(self, command: Command) -> Sequence[Authorization]:
        """What a payment provider has been asked for it."""
        return self.authorizations.get(command.id, ())

    @property
    def is_online(self) -> bool:
        """Whether a payment provider was asked for any of these orders' money."""
        paid = (payment for order in self.orders.values() for payment in order.payments)
        return bool(self.authorizations) or any(payment.authorization_id for payment in paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`before`: the order as the command found it."""

    command: Command
    before: Order | None
    outcome: Applied | Rejection

    @property
    def code(self) -> Code:
        return self.outcome.code if isinstance(self.outcome, Rejection) else Code.APPLIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Whose holds other commands depend on. `orders`: by id; `references`: by store and name."""

    orders: frozenset[UUID] = frozenset()
    references: frozenset[tuple[int, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.orders or self.references)

    def __or__(self, other: "Holders") -> "Holders":
        return Holders(orders=self.orders | other.orders, references=self.references | other.references)


NOBODY = Holders()


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """So much of a level has to give way, the newest holds first. `enough`: whether those that are known will do;
    `oldest`: the oldest of them that does."""

    quantity: int
    enough: bool
    oldest: UUID | None

    def __or__(self, other: "Newest") -> "Newest":
        return Newest(
            quantity=self.quantity + other.quantity,
            enough=self.enough and other.enough,
            oldest=min((one.oldest for one in (self, other) if one.oldest), default=None),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the decisions of a batch depend on besides what they were loaded with, if it is held by others.

    `lacked`: products of which there was too little, unless some of what is reserved has lapsed; `newest`: by level.
    """

    lacked: set[int] = field(default_factory=set)
    newest: dict[LevelKey, Newest] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.lacked or self.newest)

    def give_way(self, key: LevelKey, one: Newest) -> None:
        self.newest[key] = self.newest[key] | one if key in self.newest else one
