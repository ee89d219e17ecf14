"""The operators' windows on orders, commands, money and invoice numbers. Importing them is what registers them."""

import orders.accounting.admin
import orders.audit.admin
import orders.commands.admin.repairs
import orders.drawers.admin
import orders.invoicing.admin
import orders.journal.admin.commands
import orders.journal.admin.orders
import orders.payments.admin
import orders.sales.admin
import orders.terminals.admin  # noqa: F401
