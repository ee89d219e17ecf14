"""The life of an invoice number."""

from enum import StrEnum


class NumberState(StrEnum):
    FREE = "free"
    ASSIGNED = "assigned"
    POSTED = "posted"
    VOID = "void"
