"""What a drawer's sales, refunds and movements come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orders.commands.core.amounts import ToldTax
from orders.commands.core.tenders import Method


@dataclass(frozen=True, slots=True)
class Sum:
    count: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    at: datetime
    amount_minor: int
    reason: str | None
    command_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """Sent before the closing, and left to the next drawer."""

    command_id: UUID
    kind: str
    state: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the money commands that a drawer counts. `sales`, `refunds`: what was sold and came back, with its tax, and
    what was cancelled of that; `deposits_minor`: what customers paid ahead, less what went into sales or back; `kept`:
    by method, what was taken less what was given back."""

    sales: Sum
    refunds: Sum
    cancelled: Sum
    deposits_minor: int
    rounding_minor: int
    kept: Mapping[Method, int]
    taxes: Sequence[ToldTax]
    first_invoice_number: str | None
    last_invoice_number: str | None
    invoices_pending: int


@dataclass(frozen=True, slots=True)
class ByMethod:
    method: Method
    expected_minor: int
    counted_minor: int | None

    @property
    def difference_minor(self) -> int | None:
        return None if self.counted_minor is None else self.counted_minor - self.expected_minor


def by_method(
    figures: Figures, *, float_minor: int, movements: Sequence[Moved], counted: Mapping[Method, int]
) -> list[ByMethod]:
    """Cash, and every other method that was used or counted. What lies in the drawer is cash."""
    in_drawer = float_minor + sum(one.amount_minor for one in movements)
    expected = {**figures.kept, Method.CASH: figures.kept.get(Method.CASH, 0) + in_drawer}
    named = [method for method in Method if method in expected or method in counted]
    return [ByMethod(method, expected.get(method, 0), counted.get(method)) for method in named]
