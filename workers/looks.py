"""Looking before an upkeep task is sent: an idle shop is silent. A task that is not here is sent whenever it is due."""

from collections.abc import Callable
from datetime import datetime

from inventory.db.low_stock import LowStockLook
from orders.audit import look
from orders.invoicing.db.late_sales import are_some_waiting
from orders.invoicing.db.restored import is_unnoticed
from orders.invoicing.outside.refill import is_some_pool_below_low_mark
from orders.journal.db.reads import looks
from orders.sales.db.backorders import are_some_servable

Look = Callable[[datetime], bool]

LOOKS: dict[str, Look] = {
    "upkeep.sweep": looks.are_commands_due,
    "upkeep.relay_outbox": looks.are_entries_due,
    "upkeep.authorize_payments": looks.are_authorizations_due,
    "upkeep.relay_payments": looks.are_instructions_due,
    "upkeep.expire_holds": looks.are_holds_lapsed,
    "upkeep.refill_invoice_pool": lambda now: (
        is_unnoticed() or looks.are_refills_due(now) or is_some_pool_below_low_mark()
    ),
    "upkeep.number_late_sales": lambda _: are_some_waiting(),
    "upkeep.allocate_backorders": are_some_servable,
    "upkeep.report_low_stock": LowStockLook(),
    "upkeep.look_at_changes": look.is_due,
}
