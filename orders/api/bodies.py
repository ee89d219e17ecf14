"""What each kind of command is submitted with; validated, it becomes the command's payload."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from inventory.api.fields import (
    QUANTITY_MAX,
    AmountMinor,
    Body,
    CurrencyCode,
    Instant,
    LocationCode,
    PriceMinor,
    Quantity,
    Sku,
    Text,
)
from inventory.api.uploads import ROWS_MAX as IMPORT_ROWS_MAX
from orders.core.machine import Fulfilment, Kind, PaymentTerms
from orders.core.tenders import Method

ROWS_MAX = 1000


class LineIn(Body):
    sku: Sku
    quantity: Quantity
    unit_price_minor: Annotated[PriceMinor | None, Field(description="Default: the product's price.")] = None


class LinesIn(Body):
    lines: Annotated[list[LineIn], Field(max_length=ROWS_MAX)]


class OrderIn(LinesIn):
    id: Annotated[UUID | None, Field(description="Made by the terminal, so that a repeat creates nothing twice.")] = (
        None
    )
    currency: CurrencyCode
    fulfilment: Fulfilment
    payment_terms: PaymentTerms = PaymentTerms.PREPAID
    sold_at: Instant | None = None
    reference: Text | None = None


class Shortage(StrEnum):
    """What to do where stock lacks something: refuse all of it, or hold what is there and wait for the rest."""

    REJECT = "reject"
    BACKORDER = "backorder"


HoldSeconds = Annotated[
    int | None, Field(strict=True, ge=1, le=31_536_000, description="Default: the store's; none is without end.")
]


class TenderIn(Body):
    method: Method
    amount_minor: AmountMinor
    reference: Text | None = None


class PayIn(Body):
    tenders: Annotated[list[TenderIn], Field(max_length=20)]
    expected_total_minor: AmountMinor | None = None
    shortage: Annotated[Shortage, Field(description="For a shipment.")] = Shortage.REJECT
    skip_missing: StrictBool = False


class ReserveIn(Body):
    expires_in_s: HoldSeconds = None
    shortage: Shortage = Shortage.REJECT
    skip_missing: StrictBool = False


class ExtendIn(Body):
    expires_in_s: HoldSeconds = None


class ReasonIn(Body):
    reason: Text | None = None


class ReleaseIn(ReasonIn):
    pass


class CancelIn(ReasonIn):
    pass


class ShipIn(Body):
    quantity: Annotated[Quantity | None, Field(description="Default: all that remains.")] = None


class FulfillLineIn(ShipIn):
    line_id: UUID


class FulfillIn(Body):
    lines: Annotated[
        list[FulfillLineIn] | None, Field(min_length=1, max_length=ROWS_MAX, description="Default: all that remains.")
    ] = None


class DeliverIn(Body):
    pass


class Condition(StrEnum):
    SELLABLE = "sellable"
    DAMAGED = "damaged"


class ReturnLineIn(Body):
    """A line of the order, or a SKU, which is spread over its lines, first line first."""

    line_id: UUID | None = None
    sku: Sku | None = None
    quantity: Quantity
    condition: Condition

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if (self.line_id is None) == (self.sku is None):
            raise ValueError("name either line_id or sku")
        return self


class ReturnIn(ReasonIn):
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=ROWS_MAX)]
    location: LocationCode | None = None


class StockItemIn(Body):
    sku: Sku
    quantity: Quantity
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


class AdjustItemIn(Body):
    sku: Sku
    quantity: Annotated[int, Field(strict=True, ge=-QUANTITY_MAX, le=QUANTITY_MAX, examples=[-1])]
    location: LocationCode | None = None

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        if self.quantity == 0:
            raise ValueError("a quantity of 0 changes nothing")
        return self


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
    quantity: Annotated[int, Field(strict=True, ge=0, le=QUANTITY_MAX, description="What was counted.")]
    location: Annotated[LocationCode | None, Field(description="Default: the store's first by priority.")] = None


class CountIn(ReasonIn):
    items: Annotated[list[CountItemIn], Field(min_length=1, max_length=ROWS_MAX)]


class TransferItemIn(Body):
    sku: Sku
    quantity: Quantity
    from_location: LocationCode
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


BODIES: dict[Kind, type[Body]] = {
    Kind.PAY: PayIn,
    Kind.RESERVE: ReserveIn,
    Kind.RELEASE: ReleaseIn,
    Kind.FULFILL: FulfillIn,
    Kind.DELIVER: DeliverIn,
    Kind.CANCEL: CancelIn,
    Kind.RETURN: ReturnIn,
    Kind.EXTEND: ExtendIn,
    Kind.RECEIVE: ReceiveIn,
    Kind.ADJUST: AdjustIn,
    Kind.COUNT: CountIn,
    Kind.WRITE_OFF: WriteOffIn,
    Kind.TRANSFER: TransferIn,
    Kind.IMPORT: ImportIn,
    Kind.HOLD: HoldIn,
    Kind.RELEASE_HOLD: ReleaseHoldIn,
    Kind.COMMIT_HOLD: CommitHoldIn,
}
