"""The status machine: the one table that API, core and admin all read.

What the table lacks is not allowed: the command is refused with `transition_not_allowed`, and nothing is changed. The
database has the same words, and a test holds the two together.
"""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    PROCESSING = "processing"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    PAID = "paid"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class PaymentStatus(StrEnum):
    UNPAID = "unpaid"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Fulfilment(StrEnum):
    IMMEDIATE = "immediate"
    SHIPMENT = "shipment"


class PaymentTerms(StrEnum):
    PREPAID = "prepaid"
    ON_ACCOUNT = "on_account"


class Kind(StrEnum):
    """What a command asks for."""

    PAY = "pay"
    RESERVE = "reserve"
    RELEASE = "release"
    FULFILL = "fulfill"
    DELIVER = "deliver"
    CANCEL = "cancel"
    RETURN = "return"
    EXTEND = "extend"
    ALLOCATE = "allocate"
    BACKORDER = "backorder"
    RECEIVE = "receive"
    ADJUST = "adjust"
    COUNT = "count"
    WRITE_OFF = "write_off"
    TRANSFER = "transfer"
    IMPORT = "import"
    HOLD = "hold"
    RELEASE_HOLD = "release_hold"
    COMMIT_HOLD = "commit_hold"
    DRAWER_OPEN = "drawer_open"
    DRAWER_MOVEMENT = "drawer_movement"
    DRAWER_CLOSE = "drawer_close"


REFERENCE_KINDS = frozenset({Kind.HOLD, Kind.RELEASE_HOLD, Kind.COMMIT_HOLD})
"""About what is held under a reference."""
STOCK_KINDS = frozenset(
    {Kind.RECEIVE, Kind.ADJUST, Kind.COUNT, Kind.WRITE_OFF, Kind.TRANSFER, Kind.IMPORT} | REFERENCE_KINDS
)
DRAWER_KINDS = frozenset({Kind.DRAWER_OPEN, Kind.DRAWER_MOVEMENT, Kind.DRAWER_CLOSE})
"""About a terminal's drawer."""
MONEY_KINDS = frozenset({Kind.PAY, Kind.RETURN, Kind.CANCEL})
"""What comes into the drawer of the terminal that sent it, or goes out of it."""
ORDER_KINDS = frozenset(Kind) - STOCK_KINDS - DRAWER_KINDS
SYSTEM_KINDS = frozenset({Kind.ALLOCATE, Kind.BACKORDER})
"""Submitted by tasks, or made by a batch: never by a terminal."""

_IMMEDIATE = Fulfilment.IMMEDIATE
_SHIPMENT = Fulfilment.SHIPMENT
_S = Status

# (command, fulfilment) -> from status -> the statuses it may lead to. What is not here is not allowed.
_TABLE: dict[tuple[Kind, Fulfilment], dict[Status, frozenset[Status]]] = {
    (Kind.PAY, _IMMEDIATE): {
        _S.DRAFT: frozenset({_S.PAID}),
        # A deposit leaves it where it is.
        _S.PROCESSING: frozenset({_S.PAID, _S.PROCESSING}),
    },
    (Kind.PAY, _SHIPMENT): {
        _S.DRAFT: frozenset({_S.PROCESSING}),
        _S.PROCESSING: frozenset({_S.PROCESSING}),
        _S.PARTIALLY_SHIPPED: frozenset({_S.PARTIALLY_SHIPPED}),
        _S.SHIPPED: frozenset({_S.SHIPPED}),
        _S.DELIVERED: frozenset({_S.DELIVERED}),
    },
    (Kind.FULFILL, _SHIPMENT): {
        _S.PROCESSING: frozenset({_S.PARTIALLY_SHIPPED, _S.SHIPPED}),
        _S.PARTIALLY_SHIPPED: frozenset({_S.PARTIALLY_SHIPPED, _S.SHIPPED}),
    },
    (Kind.DELIVER, _SHIPMENT): {_S.SHIPPED: frozenset({_S.DELIVERED})},
} | {
    (kind, fulfilment): rows
    for fulfilment in Fulfilment
    for kind, rows in {
        Kind.RESERVE: {_S.DRAFT: frozenset({_S.PROCESSING})},
        Kind.RELEASE: {_S.PROCESSING: frozenset({_S.DRAFT})},
        Kind.CANCEL: {
            **{status: frozenset({_S.CANCELLED}) for status in (_S.DRAFT, _S.PROCESSING, _S.PAID)},
            # What was shipped stays the customer's.
            _S.PARTIALLY_SHIPPED: frozenset({_S.SHIPPED}),
        },
        Kind.EXTEND: {_S.PROCESSING: frozenset({_S.PROCESSING})},
        Kind.ALLOCATE: {status: frozenset({status}) for status in (_S.PROCESSING, _S.PARTIALLY_SHIPPED)},
        Kind.BACKORDER: {status: frozenset({status}) for status in (_S.PROCESSING, _S.PARTIALLY_SHIPPED)},
        Kind.RETURN: {
            status: frozenset({status, _S.RETURNED})
            for status in (_S.PAID, _S.PARTIALLY_SHIPPED, _S.SHIPPED, _S.DELIVERED)
        },
    }.items()
}


def may_lead_to(*, kind: Kind, fulfilment: Fulfilment, status: Status) -> frozenset[Status]:
    """The statuses that `kind` may lead to from `status`; empty where the table lacks the pair."""
    return _TABLE.get((kind, fulfilment), {}).get(status, frozenset())
