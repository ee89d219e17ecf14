"""How much of an order was handed over."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShippedLine:
    quantity: int
    shipped: int
    cancelled: int

    @property
    def remaining(self) -> int:
        return self.quantity - self.shipped - self.cancelled

    @property
    def is_fully_shipped(self) -> bool:
        return self.remaining == 0 and self.shipped > 0


@dataclass(frozen=True, slots=True)
class Shipment:
    """An order without lines has shipped nothing."""

    lines: Sequence[ShippedLine]

    @property
    def shipped(self) -> int:
        return sum(line.shipped for line in self.lines)

    @property
    def ordered(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_full(self) -> bool:
        return self.shipped > 0 and not any(line.remaining for line in self.lines)

    @property
    def is_partial(self) -> bool:
        return self.shipped > 0 and not self.is_full
