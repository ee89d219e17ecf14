"""What a settled batch gives rise to: a refill of the pool, entries for accounting, stock for those who wait.

Schedules do it too, later.
"""

from workers.execute import Executed
from workers.nudge import is_time, nudge
from workers.refill import thirsty

LOOK_PAUSE_S = 0.5
"""Between two looks at the pool: a look is two questions to the database."""
REFILL_PAUSE_S = 1.0
"""While accounting is down every sale would ring; the refill's own backoff does the rest."""
RELAY_PAUSE_S = 0.5
BACKORDER_PAUSE_S = 0.5


def follow_up(executed: Executed) -> None:
    stores = {*executed.numbered, *executed.unnumbered}
    if stores and is_time("look at the pool", pause_s=LOOK_PAUSE_S) and thirsty(sorted(stores)):
        nudge("upkeep.refill_invoice_pool", pause_s=REFILL_PAUSE_S)
    if executed.numbered:
        nudge("upkeep.relay_outbox", pause_s=RELAY_PAUSE_S)
    if executed.stock_arrived:
        nudge("upkeep.allocate_backorders", pause_s=BACKORDER_PAUSE_S)
