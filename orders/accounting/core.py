"""The life of a journal entry on its way to the accounting system, and the accounts that entries name."""

from enum import StrEnum

from orders.commands.core.tenders import Method

REVENUE = "revenue"
TAX = "tax"
DEPOSITS = "deposits"
ACCOUNTS = (*(method.value for method in Method), REVENUE, TAX, DEPOSITS)
"""What an entry calls its accounts; a store may know them by other names."""


class EntryState(StrEnum):
    PENDING = "pending"
    POSTED = "posted"
    PARKED = "parked"
