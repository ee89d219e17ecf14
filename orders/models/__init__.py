"""What PostgreSQL must guarantee about orders, commands, money and invoice numbers.

Rows that the outside names by an id carry a UUIDv7 (or the id the terminal made); rows that only the server joins carry
a bigint. References to a store are not checked by a trigger: see inventory.models.
"""

from orders.models.audit import AuditFinding, AuditLook, AuditRound
from orders.models.command import Command
from orders.models.invoice import InvoiceCounter, InvoiceNumber, InvoicePool, InvoiceRefill, VoidNotice
from orders.models.money import Account, JournalEntry, Payment
from orders.models.online import Authorization, PaymentInstruction
from orders.models.order import Order, OrderLine, StatusChange
from orders.models.repair import Repair
from orders.models.terminal import Terminal, TerminalKey

__all__ = [
    "Account",
    "AuditFinding",
    "AuditLook",
    "AuditRound",
    "Authorization",
    "Command",
    "InvoiceCounter",
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
