"""Holders: the orders and references whose holds other commands depend on, and which of them a batch lacks."""

from dataclasses import dataclass, field
from uuid import UUID

from inventory.core.levels import LevelKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """`orders`: by id; `references`: by store and name."""

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
