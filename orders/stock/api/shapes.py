"""What the stock ledger looks like from outside."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from base.http.shown import CommandId, OrderId, OrderNumberOut, PlaceOut, ReasonOut, ReferenceOut, SkuOut, TillOut
from inventory.core.movements import MovementKind


class MovementOut(BaseModel):
    id: Annotated[int, Field(examples=[4171])]
    sku: SkuOut
    location: PlaceOut
    kind: MovementKind
    quantity_change: Annotated[int, Field(examples=[-2])]
    reserved_change: int
    quantity_after: Annotated[int, Field(examples=[10])]
    reserved_after: int
    reference: ReferenceOut | None
    reason: ReasonOut | None
    order_id: OrderId | None
    order_number: OrderNumberOut | None
    command_id: CommandId | None
    created_by: TillOut
    created_at: datetime
