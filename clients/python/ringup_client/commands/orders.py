"""Commands on orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ringup_client.values import Back, OfOrder, RefundTo, Shipped, Tender


@dataclass(frozen=True, slots=True)
class Pay(OfOrder):
    """With a new order it is a whole sale. `shortage`: what to do where stock lacks something: `reject`, `backorder` of
    a shipment, `record` of goods that the customer carries home already."""

    kind: ClassVar[str] = "pay"
    tenders: Sequence[Tender]
    expected_total_minor: int | None = None
    partial: bool | None = None
    shortage: str | None = None
    skip_missing: bool | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Reserve(OfOrder):
    kind: ClassVar[str] = "reserve"
    expires_in_s: int | None = None
    shortage: str | None = None
    skip_missing: bool | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Extend(OfOrder):
    kind: ClassVar[str] = "extend"
    expires_in_s: int | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Release(OfOrder):
    kind: ClassVar[str] = "release"
    reason: str | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel(OfOrder):
    kind: ClassVar[str] = "cancel"
    reason: str | None = None
    refund_to: Sequence[RefundTo] | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Fulfill(OfOrder):
    """None: all that remains."""

    kind: ClassVar[str] = "fulfill"
    lines: Sequence[Shipped] | None = None
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Deliver(OfOrder):
    kind: ClassVar[str] = "deliver"
    cashier: str | None = None


@dataclass(frozen=True, slots=True)
class Return(OfOrder):
    kind: ClassVar[str] = "return"
    lines: Sequence[Back]
    location: str | None = None
    reason: str | None = None
    refund_to: Sequence[RefundTo] | None = None
    cashier: str | None = None
