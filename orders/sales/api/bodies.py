"""What orders and their commands are submitted with; validated, it becomes the command's payload."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import ConfigDict, Field, StrictBool, model_validator

from base.http.fields import (
    PLAIN,
    AmountMinor,
    Body,
    CurrencyCode,
    Id,
    Instant,
    LocationCode,
    Percent,
    PriceMinor,
    Quantity,
    ReasonIn,
    Reference,
    Sku,
    TaxCode,
    Text,
)
from base.http.rows import Lines, Rows
from base.http.shown import LineId, OrderId
from orders.commands.core.machine import Fulfilment, PaymentTerms
from orders.commands.core.payloads import Condition
from orders.commands.core.tenders import Method
from orders.invoicing.api.shapes import NumberOfStore
from orders.sales.api.people import ByCashier, CustomerIn
from orders.sales.core.draft import OF_PRODUCT
from orders.stock.api.bodies import HoldSeconds, _Seconds


class DiscountIn(Body):
    """An amount or a percentage, not both."""

    discount_minor: AmountMinor | None = None
    discount_percent: Percent | None = None

    @model_validator(mode="after")
    def gives_one_discount(self) -> Self:
        if self.discount_minor is not None and self.discount_percent is not None:
            raise ValueError("a discount is an amount or a percentage, not both")
        return self


def _no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class LineIn(DiscountIn):
    sku: Sku
    quantity: Quantity
    unit_price_minor: Annotated[PriceMinor | None, Field(description="Default: the product's price.")] = None
    tax_code: Annotated[
        TaxCode | None,
        Field(description="Default: the product's; null: untaxed.", json_schema_extra=_no_default),
    ] = OF_PRODUCT


class LinesIn(DiscountIn):
    """All lines anew; what is absent of a discount or the customer stays, and null drops it."""

    lines: Lines[LineIn]
    customer: CustomerIn | None = None


class OrderIn(DiscountIn, ByCashier):
    lines: Lines[LineIn]
    tax_exempt: Annotated[StrictBool, Field(description="Tax is worked out and left away. It needs a supervisor.")] = (
        False
    )
    id: Annotated[
        OrderId | None, Field(description="Made by the terminal, so that a repeat creates nothing twice.")
    ] = None
    currency: CurrencyCode
    fulfilment: Fulfilment
    payment_terms: PaymentTerms = PaymentTerms.PREPAID
    sold_at: Instant | None = None
    reference: Reference | None = None
    customer: CustomerIn | None = None


class Shortage(StrEnum):
    """What to do where stock lacks something: refuse all of it, or hold what is there and wait for the rest."""

    REJECT = "reject"
    BACKORDER = "backorder"


class PayShortage(StrEnum):
    """As `Shortage`; or book what is missing as found and sell it: the customer has it already."""

    REJECT = "reject"
    BACKORDER = "backorder"
    RECORD = "record"


class TenderIn(Body):
    """An online tender names its provider, and by a token what the customer pays with."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"method": "cash", "amount_minor": 2000}]})
    method: Method
    amount_minor: AmountMinor
    reference: Reference | None = None
    provider: Annotated[
        Annotated[str, Field(min_length=1, max_length=32), PLAIN] | None, Field(description="One of PAYMENT_PROVIDERS.")
    ] = None
    token: Annotated[Text | None, Field(description="Made by the provider, such as a payment method's id.")] = None

    @model_validator(mode="after")
    def fits_its_method(self) -> Self:
        if self.method is not Method.ONLINE:
            if self.provider is not None or self.token is not None:
                raise ValueError("only an online tender has a provider and a token")
        elif not (self.provider and self.token):
            raise ValueError("an online tender needs a provider and a token")
        if self.method is not Method.CASH and not self.amount_minor:
            raise ValueError("a tender other than cash is at least 1")
        return self


class TakesNumber(ByCashier):
    """What takes an invoice number. A till that sends again what a restored server has lost says which number the
    receipt bears: that is no other request, and where the server knows the command it says nothing."""

    apart_from: ClassVar[set[str]] = {"printed_number"}
    printed_number: Annotated[
        NumberOfStore | None,
        Field(description="Sent again: the number of its invoice or credit note, as it was answered and printed."),
    ] = None


class PayIn(TakesNumber):
    tenders: Annotated[list[TenderIn], Field(max_length=20)]
    expected_total_minor: Annotated[
        AmountMinor | None, Field(description="What the till thinks that the order comes to: its `total_minor`.")
    ] = None
    partial: Annotated[
        StrictBool, Field(description="Less than what is due will do, unless it is a draft: a deposit.")
    ] = False
    shortage: Annotated[
        PayShortage, Field(description="`backorder` is for a shipment, `record` for an immediate sale.")
    ] = PayShortage.REJECT
    skip_missing: StrictBool = False


class ReserveIn(ByCashier):
    expires_in_s: HoldSeconds = None
    shortage: Shortage = Shortage.REJECT
    skip_missing: StrictBool = False


class ExtendIn(ByCashier):
    expires_in_s: Annotated[_Seconds | None, Field(description="Default: the store's, where it has one.")] = None


class ReleaseIn(ReasonIn, ByCashier):
    pass


class RefundToIn(Body):
    """How much goes back to one payment, or by one method, the first taken first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"method": "cash", "amount_minor": 499}]})
    payment_id: Id | None = None
    method: Method
    amount_minor: AmountMinor
    reference: Reference | None = None

    @model_validator(mode="after")
    def gives_something_unless_cash(self) -> Self:
        if self.method is not Method.CASH and not self.amount_minor:
            raise ValueError("what goes back other than in cash is at least 1")
        return self


RefundTo: TypeAlias = Annotated[
    list[RefundToIn] | None,
    Field(
        max_length=40,
        description="What goes back, to the penny, cash as it is rounded. Default: to what was paid other than in "
        "cash, in the order taken, then cash. An amount that a payment provider cannot be told of, such as 1.707 KWD "
        "of Stripe, is refused: cash may stand in for it.",
    ),
]


class CancelIn(ReasonIn, TakesNumber):
    refund_to: RefundTo = None


class _ShippedIn(Body):
    quantity: Annotated[Quantity | None, Field(description="Default: all that remains.")] = None


class ShipIn(_ShippedIn, ByCashier):
    pass


class FulfillLineIn(_ShippedIn):
    line_id: LineId


class FulfillIn(ByCashier):
    lines: Annotated[
        Rows[FulfillLineIn] | None,
        Field(
            description="Default: all that remains.",
            examples=[[{"line_id": "01a1fe16-acae-721c-a53e-11e4c5d1f0aa", "quantity": 1}]],
        ),
    ] = None


class DeliverIn(ByCashier):
    pass


class ReturnLineIn(Body):
    """A line of the order, or a SKU, which is spread over its lines, first line first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sku": "TEA-EARL-GREY", "quantity": 1, "condition": "sellable"}]}
    )
    line_id: LineId | None = None
    sku: Sku | None = None
    quantity: Quantity
    condition: Condition

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if (self.line_id is None) == (self.sku is None):
            raise ValueError("name either line_id or sku")
        return self


class ReturnIn(ReasonIn, TakesNumber):
    lines: Rows[ReturnLineIn]
    location: LocationCode | None = None
    refund_to: RefundTo = None
