"""What PostgreSQL must guarantee about orders, commands, money and invoice numbers.

Rows that the outside names by an id carry a UUIDv7 (or the id the terminal made); rows that only the server joins carry
a bigint. References to a store are not checked by a trigger: see inventory.models.
"""

from orders.accounting.models import Account, JournalEntry
from orders.audit.models import AuditFinding, AuditLook, AuditRound
from orders.commands.models import Repair
from orders.drawers.models import Closing, Drawer, DrawerMovement
from orders.feed.models import FeedEpoch
from orders.invoicing.models import (
    CreditNote,
    InvoiceCounter,
    InvoiceEpoch,
    InvoiceNumber,
    InvoicePool,
    InvoiceRefill,
    VoidNotice,
)
from orders.journal.models import Command
from orders.payments.models import Authorization, Payment, PaymentInstruction
from orders.sales.models import Order, OrderLine, StatusChange
from orders.terminals.models import Terminal, TerminalKey

__all__ = [
    "Account",
    "AuditFinding",
    "AuditLook",
    "AuditRound",
    "Authorization",
    "Closing",
    "Command",
    "CreditNote",
    "Drawer",
    "DrawerMovement",
    "FeedEpoch",
    "InvoiceCounter",
    "InvoiceEpoch",
    "InvoiceNumber",
    "InvoicePool",
    "InvoiceRefill",
    "JournalEntry",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentInstruction",
    "Repair",
    "StatusChange",
    "Terminal",
    "TerminalKey",
    "VoidNotice",
]
