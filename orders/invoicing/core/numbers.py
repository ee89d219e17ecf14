"""The life of an invoice number."""

from enum import StrEnum


class NumberState(StrEnum):
    FREE = "free"
    SET_ASIDE = "set_aside"
    ASSIGNED = "assigned"
    POSTED = "posted"
    VOID = "void"
