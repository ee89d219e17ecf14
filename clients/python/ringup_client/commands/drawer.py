"""Commands on a terminal's drawer. `terminal`: another one's, for supervisors and back office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ringup_client.values import Asked, Counted


@dataclass(frozen=True, slots=True)
class OfDrawer(Asked):
    """All that was asked for before it goes before it, and what is asked for after it after it."""


@dataclass(frozen=True, slots=True)
class OpenDrawer(OfDrawer):
    kind: ClassVar[str] = "drawer_open"
    float_minor: int
    terminal: int | None = None


@dataclass(frozen=True, slots=True)
class MoveCash(OfDrawer):
    """Negative where it is taken out."""

    kind: ClassVar[str] = "drawer_movement"
    amount_minor: int
    reason: str
    terminal: int | None = None


@dataclass(frozen=True, slots=True)
class CloseDrawer(OfDrawer):
    """Each method that was counted, cash among them."""

    kind: ClassVar[str] = "drawer_close"
    counted: Sequence[Counted]
    terminal: int | None = None
