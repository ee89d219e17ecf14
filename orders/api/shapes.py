"""What orders and commands look like from outside."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from inventory.core.movements import MovementKind
from orders.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.core.numbers import NumberState
from orders.core.outcomes import Code, CommandState, RepairAct
from orders.core.roles import Role
from orders.core.tenders import Method


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


class OutcomeOut(BaseModel):
    """`code` is `applied` or why the command was rejected."""

    code: Code
    detail: str
    lines: list[dict[str, Any]]


class RepairOut(BaseModel):
    at: datetime
    act: Literal[RepairAct.RETRY, RepairAct.DISMISS]
    by: Annotated[str, Field(description="The terminal or user that did it.")]
    reason: str | None


class CommandOut(BaseModel):
    """`outcome` is null until the command is settled, `result` unless it succeeded. `sequence`: see the gaps.
    `blocked_by`: the earlier command of its order that holds it up. `detail`: a sentence for the cashier while it is
    not settled. A dismissed command is settled too: an operator gave it up, for the reason in its outcome.
    `repairs`: what operators did about it, the oldest first; null where nothing was done. Reading a single command
    tells it to back office and auditors."""

    id: UUID
    kind: Kind
    state: CommandState
    order_id: UUID | None
    idempotency_key: str
    sequence: int | None
    accepted_at: datetime
    settled_at: datetime | None
    attempts: int
    blocked_by: UUID | None
    detail: Annotated[str | None, Field(examples=["It will be carried out in a moment."])]
    outcome: OutcomeOut | None
    result: dict[str, Any] | None
    repairs: list[RepairOut] | None


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


class MovementOut(BaseModel):
    id: int
    sku: str
    location: str
    kind: MovementKind
    quantity_change: int
    reserved_change: int
    quantity_after: int
    reserved_after: int
    reference: str | None
    reason: str | None
    order_id: UUID | None
    order_number: int | None
    command_id: UUID | None
    created_by: str
    created_at: datetime


class TerminalOut(BaseModel):
    id: Annotated[int, Field(examples=[3])]
    name: Annotated[str, Field(examples=["till-3"])]
    role: Role
    store: str
    store_name: str
    currency: str


class RefillOut(BaseModel):
    """`stored_count`: how many numbers came with it; `error`: why it brought nothing, or what was wrong."""

    count: int
    requested_at: datetime
    fetched_at: datetime | None
    stored_at: datetime | None
    stored_count: int
    attempts: int
    next_attempt_at: datetime
    error: str | None


class InvoicePoolOut(BaseModel):
    """`low`, `target`: the marks as they are now; they grow with the burn rate. `sales_waiting`: sales whose number
    follows. `minutes_to_empty`: null where nothing burns."""

    store: str
    free: int
    assigned: int
    posted: int
    void: int
    low: int
    target: int
    burn_per_minute: float
    minutes_to_empty: float | None
    sales_waiting: int
    entries_pending: int
    entries_pending_since: datetime | None
    entries_parked: int
    last_refill: RefillOut | None


class InvoiceNumberOut(BaseModel):
    number: str
    state: NumberState
    voided_at: datetime | None
    voided_by: str
    void_reason: str
