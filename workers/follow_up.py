"""What a settled batch gives rise to: questions to payment providers, a refill of the pool, entries for accounting,
stock for those who wait. Schedules do it too, later.

And a ring for what is left, which the sweeper would find later. Nobody rings while a ring waits, so who takes one owes
it to those who did not ring that nothing is left behind:

- what came in for his own orders and stores while he held them, which others have passed over meanwhile;
- what is more than a batch takes, or what he did not look for.
"""

from collections.abc import Sequence

from base.outside.nudge import is_time, nudge, nudge_in_time, nudge_later
from orders.drawers.db.turn import waiting_for
from orders.invoicing.outside.refill import pools_below_low_mark
from orders.journal.core.batch import OrderSubject, Subject
from orders.journal.db.claim import is_some_pending, still_pending
from orders.journal.ring import ring_bulk
from workers.drawers import Turn
from workers.execute import Executed

REFILL, LOOK = "upkeep.refill_invoice_pool", "upkeep.look_at_invoice_pools"
LOOK_PAUSE_S = 0.5
"""Between two looks at the pool: a look is two questions to the database."""
REFILL_PAUSE_S = 0.5
"""While accounting is down every sale would ring; the refill's own backoff does the rest."""
RELAY_PAUSE_S = 0.5
BACKORDER_PAUSE_S = 0.5
INSTRUCT_PAUSE_S = 0.5


def follow_up(executed: Executed) -> None:
    if executed.asks:
        # A customer waits for it.
        nudge("upkeep.authorize_payments", pause_s=0)
    if executed.instructs:
        nudge("upkeep.relay_payments", pause_s=INSTRUCT_PAUSE_S)
    if executed.unnumbered:
        nudge_in_time(REFILL, pause_s=REFILL_PAUSE_S)
    elif executed.numbered:
        _look(executed.numbered)
    if executed.numbered:
        nudge("upkeep.relay_outbox", pause_s=RELAY_PAUSE_S)
    if executed.stock_arrived:
        nudge("upkeep.allocate_backorders", pause_s=BACKORDER_PAUSE_S)


def ring_on(rung: Sequence[Subject], executed: Executed, *, queue: str) -> None:
    """On the queue that the ring came from. Suspects are rung for by the sweeper, and run alone. A batch that has
    settled nothing rings for none but whom it was rung for: the next one would settle no more."""
    whose = executed.subjects.union(rung if executed.is_full else ()) - executed.suspects
    if left := still_pending(whose):
        ring_bulk(left, [], queue=queue)
    elif executed.is_full and executed.settled:
        ring_for_others(queue)


def ring_for_others(queue: str) -> None:
    """For what is pending of the queue's share, whosever it is."""
    if is_some_pending(queue):
        ring_bulk([], [], queue=queue)


def follow_up_turn(drawer_id: int, turn: Turn, *, queue: str) -> None:
    """Sales that waited for the drawer, and what accounting has to book."""
    if turn.frees and (freed := waiting_for(drawer_id, turn.seq)):
        ring_bulk([OrderSubject(order_id) for order_id in freed], [], queue=queue)
    if turn.told:
        nudge("upkeep.relay_outbox", pause_s=RELAY_PAUSE_S)


def _look(store_ids: Sequence[int]) -> None:
    """Nobody may come after the last sale of a rush: a look that it is too early for is made up for."""
    if not is_time("look at the pool", pause_s=LOOK_PAUSE_S):
        nudge_later(LOOK, after_s=LOOK_PAUSE_S)
    elif pools_below_low_mark(store_ids):
        nudge_in_time(REFILL, pause_s=REFILL_PAUSE_S)
