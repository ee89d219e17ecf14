"""What a receipt looks like from outside, as JSON."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from base.http.shown import (
    CurrencyOut,
    InvoiceOut,
    MoneyOut,
    NameOut,
    OrderNumberOut,
    PriceOut,
    ReferenceOut,
    SkuOut,
    UnitsOut,
)
from orders.commands.core.tenders import Method
from orders.receipts.core.receipt import ReceiptKind
from orders.sales.api.people import CustomerOut


class ReceiptStoreOut(BaseModel):
    """As the store calls itself today."""

    name: Annotated[str, Field(examples=["North Street"])]
    address: str | None
    tax_id: str | None
    currency: CurrencyOut
    locale: Annotated[str, Field(examples=["en-GB"])]
    time_zone: Annotated[str, Field(examples=["Europe/London"])]


class ReceiptLineOut(BaseModel):
    """`amount_minor`: before any discount; `discount_minor`: its own and its share of the order's."""

    sku: SkuOut
    name: NameOut
    quantity: UnitsOut
    unit: str
    quantity_decimals: int
    unit_price_minor: PriceOut
    amount_minor: MoneyOut
    discount_minor: int
    tax_code: str | None
    tax_rate: Annotated[str | None, Field(examples=["20"])]
    net_minor: int
    tax_minor: int
    line_total_minor: MoneyOut


class ReceiptTaxOut(BaseModel):
    code: Annotated[str, Field(examples=["standard"])]
    name: Annotated[str, Field(examples=["VAT"])]
    rate: Annotated[str, Field(examples=["20"])]
    net_minor: int
    tax_minor: int


class ReceiptPaymentOut(BaseModel):
    kind: Literal["payment", "refund"]
    method: Method
    amount_minor: MoneyOut
    tendered_minor: MoneyOut
    change_minor: int
    reference: ReferenceOut | None
    provider: str | None


class ReceiptOut(BaseModel):
    """Amounts are positive: of a credit note they are what is given back. `is_part`: of a deposit that was paid, or
    given back; `paid_before_minor`: what had been paid before that part. `due_minor`: what was left to be paid."""

    store: ReceiptStoreOut
    kind: ReceiptKind
    is_part: bool
    number: OrderNumberOut
    invoice_number: InvoiceOut | None
    invoice_pending: bool
    credit_note_number: InvoiceOut | None
    credit_note_pending: bool
    business_day: Annotated[date | None, Field(examples=["2026-11-21"])]
    at: datetime
    currency: CurrencyOut
    prices_include_tax: bool
    tax_exempt: bool
    lines: list[ReceiptLineOut]
    subtotal_minor: int
    discount_minor: int
    exempted_minor: Annotated[int, Field(description="Tax in prices that include it, which was left away.")]
    tax_minor: int
    taxes: list[ReceiptTaxOut]
    total_minor: MoneyOut
    rounding_minor: Annotated[int, Field(description="What the store gained by rounding what was paid in cash.")]
    payments: list[ReceiptPaymentOut]
    change_minor: int
    paid_before_minor: int
    due_minor: int
    customer: CustomerOut | None
    footer: str | None
