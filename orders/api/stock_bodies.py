"""What stock commands and reference holds are submitted with."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from inventory.api.fields import QUANTITY_MAX, WHOLE, Body, LocationCode, Quantity, Sku, Text
from inventory.api.uploads import ROWS_MAX as IMPORT_ROWS_MAX
from orders.api.bodies import ROWS_MAX, HoldSeconds, ReasonIn


class StockItemIn(Body):
    sku: Sku
    quantity: Quantity
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


class AdjustItemIn(Body):
    sku: Sku
    quantity: Annotated[
        int,
        Field(strict=True, ge=-QUANTITY_MAX, le=QUANTITY_MAX, examples=[-1], json_schema_extra={"not": {"const": 0}}),
        WHOLE,
    ]
    location: LocationCode | None = None

    @field_validator("quantity")
    @classmethod
    def changes_something(cls, quantity: int) -> int:
        if quantity == 0:
            raise ValueError("a quantity of 0 changes nothing")
        return quantity


class ReceiveIn(ReasonIn):
    items: Annotated[list[StockItemIn], Field(min_length=1, max_length=ROWS_MAX)]
    reference: Text | None = None


class WriteOffIn(ReceiveIn):
    pass


class AdjustIn(Body):
    items: Annotated[list[AdjustItemIn], Field(min_length=1, max_length=ROWS_MAX)]
    reason: Annotated[Text, Field(min_length=1)]


class CountItemIn(Body):
    sku: Sku
    quantity: Annotated[int, Field(strict=True, ge=0, le=QUANTITY_MAX, description="What was counted."), WHOLE]
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


class CountIn(ReasonIn):
    items: Annotated[list[CountItemIn], Field(min_length=1, max_length=ROWS_MAX)]


class TransferItemIn(Body):
    sku: Sku
    quantity: Quantity
    from_location: Annotated[LocationCode, Field(examples=["stockroom"])]
    to_location: LocationCode

    @model_validator(mode="after")
    def goes_somewhere(self) -> Self:
        if self.from_location == self.to_location:
            raise ValueError("from_location and to_location are the same")
        return self


class TransferIn(ReasonIn):
    items: Annotated[list[TransferItemIn], Field(min_length=1, max_length=ROWS_MAX)]


class ImportIn(ReasonIn):
    """Each row stands for itself: one that cannot be taken is refused in the result, and the others are taken."""

    items: Annotated[list[CountItemIn], Field(min_length=1, max_length=IMPORT_ROWS_MAX)]
    reference: Text | None = None


class HeldItemIn(Body):
    sku: Sku
    quantity: Quantity


class ReferenceIn(Body):
    reference: Annotated[Text, Field(min_length=1)]


class HoldIn(ReferenceIn):
    items: Annotated[list[HeldItemIn], Field(min_length=1, max_length=ROWS_MAX)]
    expires_in_s: HoldSeconds = None


class ReleaseHoldIn(ReferenceIn):
    items: Annotated[list[HeldItemIn], Field(max_length=ROWS_MAX, description="Default: all that is held.")] = []
    reason: Text | None = None


class CommitHoldIn(ReferenceIn):
    items: Annotated[list[HeldItemIn], Field(min_length=1, max_length=ROWS_MAX)]
