"""What stock commands and reference holds are submitted with."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from base.http.fields import (
    QUANTITY_MAX,
    WHOLE,
    Body,
    LocationCode,
    Quantity,
    Reason,
    ReasonIn,
    Reference,
    Sku,
    Why,
)
from base.http.rows import ImportRows, Lines, Rows

_Seconds = Annotated[int, Field(strict=True, ge=1, le=31_536_000, examples=[3600]), WHOLE]


HoldSeconds = Annotated[_Seconds | None, Field(description="Default: the store's; none is without end.")]


class StockShortage(StrEnum):
    """What to do where less is left than is reserved: refuse it, or let the newest holds give way."""

    REJECT = "reject"
    RELEASE = "release"


StockShort: TypeAlias = Annotated[
    StockShortage,
    Field(
        description="With `release` what was held last gives way: an order's line becomes backordered, a reference's "
        "hold shrinks. The result lists them as `released`."
    ),
]


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
    items: Rows[StockItemIn]
    reference: Reference | None = None


class WriteOffIn(ReceiveIn):
    shortage: StockShort = StockShortage.REJECT


class AdjustIn(Body):
    items: Rows[AdjustItemIn]
    reason: Why
    shortage: StockShort = StockShortage.REJECT


class CountItemIn(Body):
    sku: Sku
    quantity: Annotated[
        int, Field(strict=True, ge=0, le=QUANTITY_MAX, description="What was counted.", examples=[2]), WHOLE
    ]
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


class CountIn(ReasonIn):
    items: Rows[CountItemIn]
    shortage: StockShort = StockShortage.REJECT


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
    items: Rows[TransferItemIn]


class ImportIn(ReasonIn):
    """Each row stands for itself: one that cannot be taken is refused in the result, and the others are taken."""

    items: ImportRows[CountItemIn]
    reference: Reference | None = None
    shortage: StockShort = StockShortage.REJECT


class ImportFileIn(ImportIn):
    """As it was read from a file; see `FileRows`. The same rows are the same import, on whatever lines they stand."""

    apart_from: ClassVar[set[str]] = {"lines"}
    lines: list[int]
    misread: list[dict[str, Any]] = []
    misread_count: int = 0


class HeldItemIn(Body):
    sku: Sku
    quantity: Quantity


class ReferenceIn(Body):
    reference: Annotated[Reference, Field(min_length=1)]


class HoldIn(ReferenceIn):
    items: Rows[HeldItemIn]
    expires_in_s: HoldSeconds = None


class ReleaseHoldIn(ReferenceIn):
    items: Annotated[Lines[HeldItemIn], Field(description="Default: all that is held.")] = []
    reason: Reason | None = None


class CommitHoldIn(ReferenceIn):
    items: Rows[HeldItemIn]
