"""What orders look like from outside."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from base.http.shown import (
    CommandId,
    CurrencyOut,
    InvoiceOut,
    LineId,
    MomentOut,
    MoneyOut,
    NameOut,
    OrderId,
    OrderNumberOut,
    PlaceOut,
    PriceOut,
    ReasonOut,
    ReferenceOut,
    SkuOut,
    TillOut,
    UnitsOut,
)
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.tenders import Method
from orders.sales.api.people import CustomerOut


class OwnDiscountOut(BaseModel):
    """As it was given: an amount or a percentage."""

    minor: int | None
    percent: Annotated[str | None, Field(examples=["10"])]


class OrderTaxOut(BaseModel):
    """What the lines with one tax come to. `rate`: in percent, as it was."""

    code: Annotated[str, Field(examples=["standard"])]
    name: Annotated[str, Field(examples=["VAT"])]
    rate: Annotated[str, Field(examples=["20"])]
    net_minor: int
    tax_minor: int


class OrderLineOut(BaseModel):
    """For an immediate sale `shipped_quantity` is what was handed over. `backordered_quantity`: stock is awaited.
    `cancelled_quantity`: will not be handed over any more. `list_price_minor`: the catalogue's, as it was;
    `amount_minor`: before any discount; `discount_minor`: its own and its share of the order's."""

    id: LineId
    sku: SkuOut
    name: NameOut
    quantity: UnitsOut
    unit: str
    quantity_decimals: int
    list_price_minor: PriceOut
    unit_price_minor: PriceOut
    amount_minor: MoneyOut
    discount_minor: int
    own_discount: OwnDiscountOut | None
    tax_code: str | None
    tax_rate: Annotated[str | None, Field(examples=["20"])]
    net_minor: int
    tax_minor: int
    line_total_minor: MoneyOut
    shipped_quantity: UnitsOut
    returned_quantity: int
    backordered_quantity: int
    cancelled_quantity: int
    tracks_stock: Annotated[bool, Field(examples=[True])]


class HoldOut(BaseModel):
    """What is held of a line, where, and until when; null is without end."""

    line_id: LineId
    location: PlaceOut
    quantity: UnitsOut
    expires_at: MomentOut | None


class PaymentOut(BaseModel):
    """Money that was taken or given back. `reverses`: the payment that a refund gives back, null for cash in place of
    another one. `state`: of an online one, whether its provider has carried it out."""

    id: UUID
    kind: Literal["payment", "refund"]
    method: Method
    amount_minor: MoneyOut
    tendered_minor: MoneyOut
    change_minor: int
    reference: ReferenceOut | None
    provider: str | None
    reverses: UUID | None
    state: Literal["done", "pending", "failed"]
    command_id: CommandId
    terminal: TillOut
    cashier: str | None
    closing: int | None
    at: datetime


class CreditNoteOut(BaseModel):
    """Of a cancel or a return after the order was paid: `command_id`. Its number may follow, as an invoice's."""

    number: InvoiceOut | None
    pending: bool
    command_id: CommandId


class OrderOut(BaseModel):
    id: OrderId
    number: OrderNumberOut
    status: Annotated[Status, Field(examples=["paid"])]
    payment_status: Annotated[
        PaymentStatus,
        Field(
            description="`paid` once a pay has booked the sale. Where deposits cover what is left of the order, or it "
            "comes to nothing, nothing is due: a pay with `tenders: []` books it.",
            examples=["paid"],
        ),
    ]
    fulfilment: Fulfilment
    payment_terms: PaymentTerms
    currency: CurrencyOut
    subtotal_minor: Annotated[int, Field(description="Of the lines, before any discount.")]
    discount_minor: Annotated[int, Field(description="Of the lines and of the order, together.")]
    own_discount: OwnDiscountOut | None
    tax_minor: int
    exempted_minor: Annotated[int, Field(description="Tax that was left away.")]
    tax_exempt: bool
    prices_include_tax: bool
    taxes: list[OrderTaxOut]
    total_minor: MoneyOut
    paid_minor: MoneyOut
    refunded_minor: int
    rounding_minor: Annotated[int, Field(description="What the store has gained since cash is rounded.")]
    due_minor: int
    invoice_number: InvoiceOut | None
    invoice_pending: bool
    reference: ReferenceOut | None
    customer: CustomerOut | None
    cashier: Annotated[str | None, Field(description="Who made the order.", examples=["Robin"])]
    created_at: datetime
    sold_at: MomentOut | None
    paid_at: MomentOut | None
    business_day: Annotated[
        date | None, Field(description="The day that the sale belongs to, once it is paid.", examples=["2026-11-21"])
    ]
    archived_at: datetime | None
    awaits_until: Annotated[
        datetime | None,
        Field(description="Until when it waits for stock while it is unpaid; null: without end, or it waits for none."),
    ]
    lines: list[OrderLineOut]
    holds: list[HoldOut]
    payments: list[PaymentOut]
    credit_notes: list[CreditNoteOut]


class ForetoldLineOut(OrderLineOut):
    id: None = None  # type: ignore[assignment]


class ForetoldOrderOut(OrderOut):
    """What an order would come to. `id`: as it was sent."""

    id: UUID | None  # type: ignore[assignment]
    number: None = None  # type: ignore[assignment]
    created_at: None = None  # type: ignore[assignment]
    lines: list[ForetoldLineOut]  # type: ignore[assignment]


class ActionOut(BaseModel):
    """`allowed`: as the order is now. `blocked_by`: the earlier command that it would wait for if it were sent now, and
    that may change the order; `detail`: a sentence about that for the cashier. Both are null where nothing is waited
    for."""

    kind: Kind
    allowed: bool
    reason: Annotated[str | None, Field(examples=["The order is already paid."])]
    blocked_by: UUID | None
    detail: str | None


class ActionsOut(BaseModel):
    actions: list[ActionOut]


class StatusChangeOut(BaseModel):
    at: datetime
    from_status: Status
    to_status: Annotated[Status, Field(examples=["paid"])]
    command_id: CommandId
    kind: Kind
    terminal: TillOut
    reason: ReasonOut | None


class ShipmentItemOut(BaseModel):
    item_id: LineId
    product_name: NameOut
    quantity: UnitsOut
    shipped_quantity: UnitsOut
    cancelled_quantity: int
    remaining_quantity: int
    is_fully_shipped: Annotated[bool, Field(examples=[True])]


class ShipmentStatusOut(BaseModel):
    order_id: OrderId
    order_number: OrderNumberOut
    order_status: Annotated[Status, Field(examples=["paid"])]
    is_fully_shipped: Annotated[bool, Field(examples=[True])]
    is_partially_shipped: bool
    shipped_item_count: Annotated[int, Field(examples=[1])]
    total_item_count: Annotated[int, Field(examples=[1])]
    total_shipped_units: UnitsOut
    total_ordered_units: UnitsOut
    items: list[ShipmentItemOut]
