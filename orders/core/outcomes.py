"""Every answer a command can get, in order of precedence: the first that applies is the answer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    APPLIED = "applied"
    ORDER_NOT_FOUND = "order_not_found"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_ALREADY_PAID = "order_already_paid"
    ORDER_NOT_DRAFT = "order_not_draft"
    TRANSITION_NOT_ALLOWED = "transition_not_allowed"
    ORDER_EMPTY = "order_empty"
    ORDER_NOT_PAID = "order_not_paid"
    LINE_NOT_FOUND = "line_not_found"
    QUANTITY_EXCEEDS_REMAINING = "quantity_exceeds_remaining"
    PAYMENT_DOES_NOT_MATCH_TOTAL = "payment_does_not_match_total"
    PAYMENT_DECLINED = "payment_declined"
    HOLD_NOT_FOUND = "hold_not_found"
    HOLD_EXPIRED = "hold_expired"
    STOCK_INSUFFICIENT = "stock_insufficient"
    INVOICE_POOL_EMPTY = "invoice_pool_empty"


class CommandState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A business answer that is final: its code, a sentence a cashier can read, and details per line."""

    code: Code
    detail: str
    lines: list[dict[str, Any]] = field(default_factory=list)
