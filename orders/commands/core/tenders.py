"""The words of money."""

from enum import StrEnum


class Method(StrEnum):
    """`online`: a payment provider is asked. All others the till has taken itself, and says so: `card` by a terminal of
    the shop's own."""

    CASH = "cash"
    CARD = "card"
    ONLINE = "online"
    TRANSFER = "transfer"
    VOUCHER = "voucher"


class PaymentKind(StrEnum):
    TENDER = "tender"
    REFUND = "refund"


class EntryKind(StrEnum):
    """A deposit is a debt to the customer until its sale: of it, and of what is given back of it, the entry names the
    order's own number, as there is no invoice yet. A closing is a drawer's, and of no order."""

    SALE = "sale"
    CANCELLATION = "cancellation"
    RETURN = "return"
    DEPOSIT = "deposit"
    DEPOSIT_REFUND = "deposit_refund"
    CLOSING = "closing"


OF_DEPOSITS = frozenset({EntryKind.DEPOSIT, EntryKind.DEPOSIT_REFUND})
WITHOUT_INVOICE = OF_DEPOSITS | {EntryKind.CLOSING}
"""Their entries move money only."""
