"""What commands are made of. Amounts are whole numbers of the currency's smallest unit, quantities of the product's
smallest step. What is None is left out, and the server's default holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class Line:
    """`untaxed`: without tax, whatever the product's tax code is."""

    sku: str
    quantity: int
    unit_price_minor: int | None = None
    discount_minor: int | None = None
    discount_percent: str | None = None
    tax_code: str | None = None
    untaxed: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    tax_id: str | None = None
    address: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A new order. Its id is made here, so that it is made once however often it is sent. `sold_at`: when it was sold;
    None: when its command is submitted."""

    lines: Sequence[Line]
    currency: str
    fulfilment: str = "immediate"
    payment_terms: str | None = None
    reference: str | None = None
    discount_minor: int | None = None
    discount_percent: str | None = None
    tax_exempt: bool | None = None
    customer: Customer | None = None
    cashier: str | None = None
    sold_at: datetime | None = None
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Tender:
    """`method`: cash, card, online, transfer or voucher. `provider` and `token`: of an online one."""

    method: str
    amount_minor: int
    reference: str | None = None
    provider: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class RefundTo:
    method: str
    amount_minor: int
    payment_id: UUID | str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Goods that come back: a line of the order, or a SKU. `condition`: sellable or damaged."""

    quantity: int
    sku: str | None = None
    line_id: UUID | str | None = None
    condition: str = "sellable"


@dataclass(frozen=True, slots=True)
class Shipped:
    """Of a line; None: all that remains of it."""

    line_id: UUID | str
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """None: the store's first location."""

    sku: str
    quantity: int
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    sku: str
    quantity: int
    from_location: str
    to_location: str


@dataclass(frozen=True, slots=True)
class Counted:
    method: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Whatever a terminal can ask for; each kind is one of the classes that follow. Its fields are the body of its own
    call, but for the order."""

    kind: ClassVar[str]

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = as_json(self)
        told.pop("order", None)
        return told


@dataclass(frozen=True, slots=True)
class OfOrder(Asked):
    """`order`: a new one, or the id of one that there is."""

    order: Order | UUID | str


def as_json(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case Line(untaxed=True):
            return {**_fields(value), "tax_code": None}
        case list() | tuple():
            return [as_json(one) for one in value]
        case _:
            return _fields(value) if is_dataclass(value) else value


def _fields(value: Any) -> dict[str, Any]:
    given = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "untaxed"}
    return {name: as_json(one) for name, one in given.items() if one is not None}
