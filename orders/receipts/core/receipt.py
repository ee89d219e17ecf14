"""A receipt, as a value: whatever it is written on, it says this.

Amounts are whole numbers of the currency's smallest unit, and positive: of a credit note they are what is given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from orders.commands.core.amounts import ToldTax
from orders.receipts.core.sold import CustomerShown, Moved, StoreShown


class ReceiptKind(StrEnum):
    """`pro_forma`: of an order that is not paid, or not all of it."""

    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    PRO_FORMA = "pro_forma"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """`amount_minor`: before any discount; `discount_minor`: its own and its share of the order's."""

    sku: str
    name: str
    quantity: int
    unit: str
    quantity_decimals: int
    unit_price_minor: int
    amount_minor: int
    discount_minor: int
    tax_code: str | None
    tax_rate: str | None
    net_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`is_part`: of a deposit, or of money that is given back before anything was invoiced; `paid_before_minor`: what
    had been paid before a part. `exempted_minor`: tax that prices include and the customer does not pay."""

    store: StoreShown
    kind: ReceiptKind
    number: int
    at: datetime
    currency: str
    prices_include_tax: bool
    tax_exempt: bool
    lines: Sequence[ReceiptLine]
    taxes: Sequence[ToldTax]
    exempted_minor: int
    total_minor: int
    payments: Sequence[Moved]
    footer: str
    customer: CustomerShown | None = None
    is_part: bool = False
    invoice_number: str | None = None
    invoice_pending: bool = False
    credit_note_number: str | None = None
    credit_note_pending: bool = False
    business_day: date | None = None
    paid_before_minor: int = 0
    due_minor: int = 0
    rounding_minor: int = 0

    @property
    def subtotal_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    @property
    def discount_minor(self) -> int:
        return sum(line.discount_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)

    @property
    def change_minor(self) -> int:
        return sum(moved.tendered_minor - moved.amount_minor for moved in self.payments)
