"""What the commands of a drawer ask for. `terminal`: whose it is, None is the sender's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from orders.commands.core.tenders import Method


@dataclass(frozen=True, slots=True)
class DrawerOpen:
    """`float_minor`: what lies in it."""

    terminal: int | None
    float_minor: int


@dataclass(frozen=True, slots=True)
class DrawerMovement:
    """Cash that is put in, or taken out where it is negative, without a sale."""

    terminal: int | None
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class DrawerClose:
    """`counted`: by method; what is not there was not counted."""

    terminal: int | None
    counted: Mapping[Method, int]


OfDrawer: TypeAlias = DrawerOpen | DrawerMovement | DrawerClose
