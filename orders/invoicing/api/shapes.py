"""What a store's pool of invoice numbers looks like from outside."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from base.http.fields import NO_NUL
from base.http.shown import InvoiceOut, StoreOut
from orders.invoicing.core.numbers import NumberState

NumberOfStore: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["INV-demo-2026-000417"])
]


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
    """`low`, `target`: the marks as they are now; they grow with the burn rate. `sales_waiting`,
    `credit_notes_waiting`: those whose number follows. `minutes_to_empty`: null where nothing burns. Of what waits, and
    of `void`, at most 10,000 are counted; of entries the first 10,000 of all stores. `restored_at`: when the database
    was found restored, until a person has decided about what is `set_aside`: receipts may bear it."""

    store: StoreOut
    free: int
    set_aside: int
    restored_at: datetime | None
    assigned: int
    posted: int
    void: int
    low: int
    target: int
    burn_per_minute: float
    minutes_to_empty: float | None
    sales_waiting: int
    credit_notes_waiting: int
    entries_pending: int
    entries_pending_since: datetime | None
    entries_parked: int
    last_refill: RefillOut | None


class InvoiceNumberOut(BaseModel):
    number: InvoiceOut
    state: NumberState
    voided_at: datetime | None
    voided_by: str
    void_reason: str


class VoidNoticeOut(BaseModel):
    """Of a void number: what accounting knows of it. `told_at`: null until it does."""

    number: InvoiceOut
    told_at: datetime | None
    attempts: int
    next_attempt_at: datetime
    last_error: str | None
