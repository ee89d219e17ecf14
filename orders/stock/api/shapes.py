"""What the stock ledger looks like from outside."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from inventory.core.movements import MovementKind


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
