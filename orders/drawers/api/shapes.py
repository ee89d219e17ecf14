"""What drawers and closings look like from outside."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from base.http.shown import CommandId, CurrencyOut, InvoiceOut, MomentOut, MoneyOut, OrderId, ReasonOut
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.commands.core.tenders import Method
from orders.terminals.api.shapes import TerminalId

Hash = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
]


class SumOut(BaseModel):
    count: Annotated[int, Field(examples=[1])]
    total_minor: MoneyOut


class MethodOut(BaseModel):
    """Of cash: the float, what was taken less what was given back, and the movements."""

    method: Method
    expected_minor: MoneyOut
    counted_minor: Annotated[int | None, Field(examples=[998])]
    difference_minor: Annotated[int | None, Field(description="What was counted less what was expected.", examples=[0])]


class MovedOut(BaseModel):
    at: MomentOut
    amount_minor: Annotated[int, Field(examples=[-5000])]
    reason: Annotated[
        ReasonOut | None,
        Field(
            description="Null where it named a person who was forgotten; the closing's hash is of what it said.",
            examples=["brought to the bank"],
        ),
    ]
    command_id: CommandId


class TaxSumOut(BaseModel):
    """Of sales less refunds."""

    code: Annotated[str, Field(examples=["standard"])]
    name: Annotated[str, Field(examples=["Standard rate"])]
    rate: Annotated[str, Field(description="In percent.", examples=["20"])]
    net_minor: Annotated[int, Field(examples=[832])]
    tax_minor: Annotated[int, Field(examples=[166])]


class MissingOut(BaseModel):
    """The terminal's own numbers from `first` to `last` had not arrived."""

    first: Annotated[int, Field(examples=[4])]
    last: Annotated[int, Field(examples=[6])]


class TwiceOut(BaseModel):
    sequence: Annotated[int, Field(examples=[418])]
    command_ids: list[UUID]


class UnsettledOut(BaseModel):
    """Sent before the closing, and left to the next drawer: it waits for an operator or for a payment provider."""

    command_id: CommandId
    kind: Kind
    state: CommandState
    order_id: OrderId | None


class ReportOut(BaseModel):
    """What a drawer comes to. `sales`, `refunds`: goods with their tax; `cancelled` is part of the refunds.
    `before_opening_minor`: what was taken while no drawer was open, by any method. `deposits_minor`: what customers
    paid ahead, less what became part of a sale or went back. What was taken less what was given back, by all methods,
    is sales less refunds, and deposits and rounding."""

    terminal: TerminalId
    currency: CurrencyOut
    opened_at: MomentOut
    float_minor: Annotated[int, Field(examples=[10000])]
    before_opening_minor: Annotated[int, Field(examples=[0])]
    sales: SumOut
    refunds: SumOut
    cancelled: SumOut
    deposits_minor: Annotated[int, Field(examples=[0])]
    methods: list[MethodOut]
    movements: list[MovedOut]
    taxes: list[TaxSumOut]
    rounding_minor: Annotated[int, Field(examples=[0])]
    first_invoice_number: InvoiceOut | None
    last_invoice_number: InvoiceOut | None
    invoices_pending: Annotated[int, Field(examples=[0])]
    gaps: list[MissingOut]
    repeated: list[TwiceOut]
    unsettled: list[UnsettledOut]


class DrawerOut(ReportOut):
    """As it would be closed now, with nothing counted yet."""

    id: None
    number: None
    closed_at: None
    previous_hash: None
    hash: None


class ClosingOut(ReportOut):
    """Never changed. `hash`: SHA-256, in hex, of all of it but `hash`, as canonical JSON (RFC 8785)."""

    id: Annotated[UUID, Field(examples=["01a1fe16-c0de-7b01-9c4e-2d1f5a7e9b33"])]
    number: Annotated[int, Field(description="Counted by terminal, without gaps.", examples=[17])]
    closed_at: MomentOut
    previous_hash: Annotated[Hash | None, Field(description="The closing's before; null of the first.")]
    hash: Hash
