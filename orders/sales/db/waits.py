"""What a command of an order would wait for."""

from uuid import UUID

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import CommandState
from orders.sales.core.actions import Blocking

_BLOCKING = "SELECT id, kind, state FROM orders_command WHERE order_id = %s AND state IN ('parked', 'awaiting') LIMIT 1"


def blocking(order_id: UUID) -> Blocking | None:
    """The order's command that keeps later ones waiting; there is one at most."""
    row = cursor().execute(_BLOCKING, (order_id,)).fetchone()
    return None if row is None else Blocking(id=row[0], kind=Kind(row[1]), state=CommandState(row[2]))
