"""What orders look like from outside."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.tenders import Method


class OrderLineOut(BaseModel):
    """For an immediate sale `shipped_quantity` is what was handed over. `backordered_quantity`: stock is awaited.
    `cancelled_quantity`: will not be handed over any more."""

    id: UUID
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    line_total_minor: int
    shipped_quantity: int
    returned_quantity: int
    backordered_quantity: int
    cancelled_quantity: int
    tracks_stock: bool


class HoldOut(BaseModel):
    """What is held of a line, where, and until when; null is without end."""

    line_id: UUID
    location: str
    quantity: int
    expires_at: datetime | None


class PaymentOut(BaseModel):
    """Money that was taken or given back. `reverses`: the payment that a refund gives back, null for cash in place of
    another one. `state`: of an online one, whether its provider has carried it out."""

    id: UUID
    kind: Literal["payment", "refund"]
    method: Method
    amount_minor: int
    tendered_minor: int
    change_minor: int
    reference: str | None
    provider: str | None
    reverses: UUID | None
    state: Literal["done", "pending", "failed"]
    command_id: UUID
    terminal: str
    cashier: str | None
    closing: int | None
    at: datetime


class OrderOut(BaseModel):
    id: UUID
    number: int
    status: Status
    payment_status: PaymentStatus
    fulfilment: Fulfilment
    payment_terms: PaymentTerms
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int
    invoice_number: str | None
    invoice_pending: bool
    reference: str | None
    created_at: datetime
    sold_at: datetime | None
    paid_at: datetime | None
    business_day: Annotated[date | None, Field(description="The day that the sale belongs to, once it is paid.")]
    archived_at: datetime | None
    lines: list[OrderLineOut]
    holds: list[HoldOut]
    payments: list[PaymentOut]


class ActionOut(BaseModel):
    kind: Kind
    allowed: bool
    reason: Annotated[str | None, Field(examples=["The order is already paid."])]


class ActionsOut(BaseModel):
    actions: list[ActionOut]


class StatusChangeOut(BaseModel):
    at: datetime
    from_status: Status
    to_status: Status
    command_id: UUID
    kind: Kind
    terminal: str
    reason: str | None


class ShipmentItemOut(BaseModel):
    item_id: UUID
    product_name: str
    quantity: int
    shipped_quantity: int
    cancelled_quantity: int
    remaining_quantity: int
    is_fully_shipped: bool


class ShipmentStatusOut(BaseModel):
    order_id: UUID
    order_number: int
    order_status: Status
    is_fully_shipped: bool
    is_partially_shipped: bool
    shipped_item_count: int
    total_item_count: int
    total_shipped_units: int
    total_ordered_units: int
    items: list[ShipmentItemOut]
