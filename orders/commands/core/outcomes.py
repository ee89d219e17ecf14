"""Every answer a command can get, in order of precedence: the first that applies is the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from inventory.core.levels import LevelKey
from orders.commands.core.results import Detail


class Code(StrEnum):
    APPLIED = "applied"
    DISMISSED = "dismissed"
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
    DRAWER_NOT_OPEN = "drawer_not_open"
    DRAWER_ALREADY_OPEN = "drawer_already_open"


NO_REJECTIONS = frozenset({Code.APPLIED, Code.DISMISSED})
"""Given to what succeeded, and to what an operator gave up."""


class CommandState(StrEnum):
    """`awaiting`: a pay that a payment provider is being asked for. `parked`: it failed for a reason that is not the
    business's, and waits for an operator, who retries or dismisses it."""

    PENDING = "pending"
    AWAITING = "awaiting"
    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    PARKED = "parked"
    DISMISSED = "dismissed"


class RepairAct(StrEnum):
    """What an operator can do about what failed: a parked command, entry or instruction, or an empty pool."""

    RETRY = "retry"
    DISMISS = "dismiss"
    REFILL = "refill"


REPAIR_REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A business answer that is final: its code, a sentence a cashier can read, and details per line. `overdrawn`: how
    much of what is reserved at which levels stands in the way, where nothing else does."""

    code: Code
    detail: str
    lines: Sequence[Detail] = ()
    overdrawn: Mapping[LevelKey, int] = field(default_factory=dict)
