"""The operators' windows on orders, commands, money and invoice numbers. Importing them is what registers them."""

import orders.accounting.admin
import orders.audit.admin
import orders.commands.admin.repairs
import orders.drawers.admin.closings
import orders.drawers.admin.drawers
import orders.feed.admin
import orders.invoicing.admin.credit_notes
import orders.invoicing.admin.numbers
import orders.invoicing.admin.pools
import orders.invoicing.admin.voids
import orders.journal.admin.commands
import orders.journal.admin.of_orders
import orders.journal.admin.orders
import orders.journal.admin.payments
import orders.journal.admin.product.page
import orders.journal.admin.terminals
import orders.payments.admin
import orders.sales.admin.lines
import orders.terminals.admin  # noqa: F401
