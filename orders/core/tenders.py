"""The words of money."""

from enum import StrEnum


class Method(StrEnum):
    CASH = "cash"
    CARD = "card"


class PaymentKind(StrEnum):
    TENDER = "tender"
    REFUND = "refund"


class EntryKind(StrEnum):
    SALE = "sale"
    CANCELLATION = "cancellation"
    RETURN = "return"
