"""The life of a journal entry on its way to the accounting system, and the accounts that entries name."""

from enum import StrEnum

from orders.commands.core.tenders import Method

REVENUE = "revenue"
TAX = "tax"
DEPOSITS = "deposits"
ROUNDING = "rounding"
CASH_TRANSFER = "cash_transfer"
CASH_DIFFERENCE = "cash_difference"
ACCOUNTS = (*(method.value for method in Method), REVENUE, TAX, DEPOSITS, ROUNDING, CASH_TRANSFER, CASH_DIFFERENCE)
"""What an entry calls its accounts; a store may know them by other names."""


class EntryState(StrEnum):
    PENDING = "pending"
    POSTED = "posted"
    PARKED = "parked"
